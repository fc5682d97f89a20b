using System.Runtime.Intrinsics;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>The loss of 32 rows and its gradient at the outputs.</summary>
internal static unsafe class NetLoss
{
    private const int Columns = TileProduct.Columns;

    /// <summary>Weighted sum over the rows: log-loss for classes, squared error for numbers.</summary>
    /// <param name="task">Which.</param>
    /// <param name="outputs">[units × 32].</param>
    /// <param name="classes">Units that count.</param>
    /// <param name="labels">[32].</param>
    /// <param name="weights">[32]; 0 for rows that are not there.</param>
    public static double Sum(MLTask task, float* outputs, int classes, float* labels, float* weights)
    {
        double sum = 0;
        for (int row = 0; row < Columns; row++)
        {
            if (weights[row] == 0) continue;
            double loss;
            if (task == MLTask.Regression)
            {
                double error = outputs[row] - labels[row];
                loss = error * error;
            }
            else if (task == MLTask.Binary)
            {
                double margin = labels[row] > 0 ? outputs[row] : -outputs[row];
                loss = Math.Max(0, -margin) + Math.Log(1 + Math.Exp(-Math.Abs(margin)));
            }
            else
            {
                double most = double.NegativeInfinity, total = 0;
                for (int k = 0; k < classes; k++) most = Math.Max(most, outputs[(k * Columns) + row]);
                for (int k = 0; k < classes; k++) total += Math.Exp(outputs[(k * Columns) + row] - most);
                loss = most + Math.Log(total) - outputs[((int)labels[row] * Columns) + row];
            }
            sum += weights[row] * loss;
        }
        return sum;
    }

    /// <summary>Replaces outputs by weight · factor · ∂loss/∂output, half the squared error for numbers.</summary>
    /// <param name="task">Which.</param>
    /// <param name="outputs">[units × 32].</param>
    /// <param name="classes">Units that count; the others stay zero.</param>
    /// <param name="labels">[32].</param>
    /// <param name="weights">[32].</param>
    /// <param name="factor">Common factor.</param>
    /// <param name="smoothing">Share of the label spread over all classes.</param>
    public static void Gradient(MLTask task, float* outputs, int classes, float* labels, float* weights, float factor, float smoothing)
    {
        for (int half = 0; half < Columns; half += 16)
        {
            float* at = outputs + half;
            Vector512<float> label = Vector512.Load(labels + half), weight = Vector512.Load(weights + half) * Vector512.Create(factor);
            if (task == MLTask.Regression)
            {
                ((Vector512.Load(at) - label) * weight).Store(at);
            }
            else if (task == MLTask.Binary)
            {
                Vector512<float> p = Vector512<float>.One / (Vector512<float>.One + NeuralMath.Exp(-Vector512.Load(at)));
                ((p - ((label * Vector512.Create(1 - smoothing)) + Vector512.Create(smoothing / 2))) * weight).Store(at);
            }
            else
            {
                Softmax(at, classes, label, weight, smoothing);
            }
        }
    }

    private static void Softmax(float* at, int classes, Vector512<float> label, Vector512<float> weight, float smoothing)
    {
        NeuralShares.Softmax(at, classes);
        Vector512<float> share = Vector512.Create(smoothing / classes), own = Vector512.Create(1 - smoothing);
        for (int k = 0; k < classes; k++)
        {
            Vector512<float> target = Vector512.ConditionalSelect(Vector512.Equals(label, Vector512.Create((float)k)), own, Vector512<float>.Zero) + share;
            ((Vector512.Load(at + (k * Columns)) - target) * weight).Store(at + (k * Columns));
        }
    }
}
