using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>ML.NET's linear parameters as <see cref="LinearModel"/>.</summary>
internal static class MLNetLinear
{
    /// <summary>A binary model behind its logistic calibrator.</summary>
    public static LinearModel Logistic(ITransformer fitted)
    {
        var model = ((BinaryPredictionTransformer<CalibratedModelParametersBase<LinearBinaryModelParameters, PlattCalibrator>>)fitted).Model;
        return new LinearModel([.. model.SubModel.Weights], [model.SubModel.Bias], Link(model.Calibrator));
    }

    /// <summary>A binary model whose scores are bare margins.</summary>
    public static LinearModel Margins(ITransformer fitted)
    {
        LinearBinaryModelParameters model = ((BinaryPredictionTransformer<LinearBinaryModelParameters>)fitted).Model;
        return new LinearModel([.. model.Weights], [model.Bias], link: null);
    }

    /// <summary>One linear score a class behind a softmax.</summary>
    public static LinearModel Softmax(ITransformer fitted)
    {
        MaximumEntropyModelParameters model = ((MulticlassPredictionTransformer<MaximumEntropyModelParameters>)fitted).Model;
        VBuffer<float>[] perClass = [];
        model.GetWeights(ref perClass, out int classes);
        float[] weights = [.. perClass.Take(classes).SelectMany(w => w.DenseValues())];
        return new LinearModel(weights, [.. model.GetBiases()], new SoftmaxLink());
    }

    /// <summary>ML.NET's calibrator is p = 1 / (1 + exp(slope · score + offset)), with the signs the other way round from ours.</summary>
    public static LogisticLink Link(PlattCalibrator calibrator) => new((float)-calibrator.Slope, (float)-calibrator.Offset);
}
