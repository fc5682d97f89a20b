using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>A trainer that lets ML.NET learn and keeps what it learned as plain data.</summary>
internal interface IMLNetTrainer
{
    /// <summary>Whether ML.NET keeps state of this trainer in static fields, so that only one fit may run in a process.</summary>
    bool RunsAlone => false;

    /// <summary>The view that ML.NET is to learn from; ends with an exception once <paramref name="stop"/> is cancelled.</summary>
    FeatureView View(TrainingSet data, CancellationToken stop);

    /// <summary>Runs ML.NET's trainer.</summary>
    ITransformer Train(MLContext ml, FeatureView view, FitContext context);

    /// <summary>Takes the learned parameters over into a model of ours.</summary>
    IModel Convert(ITransformer fitted, FeatureView view, FitContext context);
}
