using System.Numerics;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Rows with their labels, weights and scores so far: gives derivatives of the loss, and the loss.</summary>
/// <remarks>
/// Log-loss of one score for two classes, of a softmax for several, squared error of the standardised label for numbers. Second
/// derivatives of the softmax are p(1 − p) · K / (K − 1), as Friedman's multiclass boosting has them (Annals of Statistics, 2001).
/// Arrays are output by output and padded with rows of weight 0, so that loops run over whole vectors and give the same bits for any
/// length of vector.
/// </remarks>
internal sealed class BoostedRows
{
    private readonly MLTask task;
    private readonly float[] labels;

    /// <param name="data">The rows.</param>
    /// <param name="start">The score that every row starts from, [outputs].</param>
    /// <param name="center">Of a regression's label, subtracted from it.</param>
    /// <param name="scale">Of a regression's label, what it is divided by.</param>
    public BoostedRows(TrainingSet data, double[] start, double center, double scale)
    {
        task = data.Task;
        Count = data.Rows;
        Padded = SplitColumn.Padded(Count);
        labels = new float[Padded];
        Weights = new float[Padded];
        for (int i = 0; i < Count; i++)
        {
            labels[i] = task == MLTask.Regression ? (float)((data.Labels[i] - center) / scale) : data.Labels[i];
            Weights[i] = data.IsWeighted ? data.Weights[i] : 1;
        }
        Scores = [.. start.Select(s =>
        {
            float[] scores = new float[Padded];
            Array.Fill(scores, (float)s);
            return scores;
        })];
    }

    public int Count { get; }

    public int Padded { get; }

    public float[] Weights { get; }

    /// <summary>[outputs][padded rows].</summary>
    public float[][] Scores { get; }

    /// <summary>Negative first and second derivatives of the weighted loss by the scores, for rows from <paramref name="start"/> up to <paramref name="end"/>.</summary>
    /// <param name="start">First row, a multiple of 64.</param>
    /// <param name="end">Behind the last row, a multiple of 64.</param>
    /// <param name="gradients">[outputs][padded rows].</param>
    /// <param name="hessians">[outputs][padded rows].</param>
    /// <param name="curvatures">[padded rows]: the sum of the second derivatives of a row.</param>
    public void Derive(int start, int end, float[][] gradients, float[][] hessians, float[] curvatures)
    {
        for (int i = start; i < end; i += Vector<float>.Count)
        {
            Vector<float> y = new(labels, i), w = new(Weights, i);
            if (task == MLTask.Multiclass) DeriveSoftmax(i, y, w, gradients, hessians, curvatures);
            else if (task == MLTask.Binary)
            {
                Vector<float> p = Vector<float>.One / (Vector<float>.One + Vector.Exp(-new Vector<float>(Scores[0], i)));
                ((y - p) * w).CopyTo(gradients[0], i);
                Vector<float> h = p * (Vector<float>.One - p) * w;
                h.CopyTo(hessians[0], i);
                h.CopyTo(curvatures, i);
            }
            else
            {
                ((y - new Vector<float>(Scores[0], i)) * w).CopyTo(gradients[0], i);
                w.CopyTo(hessians[0], i);
                w.CopyTo(curvatures, i);
            }
        }
    }

    /// <summary>Adds a tree's leaf values to the scores of rows from <paramref name="start"/> up to <paramref name="end"/>.</summary>
    public void Add(int start, int end, byte[] leaves, float[][] values)
    {
        for (int k = 0; k < Scores.Length; k++)
        {
            float[] scores = Scores[k], steps = values[k];
            for (int i = start; i < end; i++) scores[i] += steps[leaves[i]];
        }
    }

    /// <summary>The weighted mean loss.</summary>
    public double Loss()
    {
        double sum = 0, total = 0;
        for (int i = 0; i < Count; i++)
        {
            sum += Weights[i] * LossOf(i);
            total += Weights[i];
        }
        return sum / total;
    }

    private double LossOf(int row)
    {
        if (task == MLTask.Regression) return (labels[row] - Scores[0][row]) * (double)(labels[row] - Scores[0][row]);
        if (task == MLTask.Binary)
        {
            // log(1 + exp(−m)) without overflow, m the margin of the true class.
            double m = labels[row] > 0 ? Scores[0][row] : -Scores[0][row];
            return Math.Max(0, -m) + Math.Log(1 + Math.Exp(-Math.Abs(m)));
        }
        double most = double.NegativeInfinity, sum = 0;
        foreach (float[] scores in Scores) most = Math.Max(most, scores[row]);
        foreach (float[] scores in Scores) sum += Math.Exp(scores[row] - most);
        return Math.Log(sum) + most - Scores[(int)labels[row]][row];
    }

    private void DeriveSoftmax(int at, Vector<float> y, Vector<float> w, float[][] gradients, float[][] hessians, float[] curvatures)
    {
        int outputs = Scores.Length;
        Vector<float> most = new(Scores[0], at), sum = Vector<float>.Zero;
        for (int k = 1; k < outputs; k++) most = Vector.Max(most, new Vector<float>(Scores[k], at));
        for (int k = 0; k < outputs; k++)
        {
            Vector<float> e = Vector.Exp(new Vector<float>(Scores[k], at) - most);
            sum += e;
            e.CopyTo(gradients[k], at);
        }
        Vector<float> factor = w * ((float)outputs / (outputs - 1)), all = Vector<float>.Zero;
        for (int k = 0; k < outputs; k++)
        {
            Vector<float> p = new Vector<float>(gradients[k], at) / sum;
            Vector<float> truth = Vector.ConditionalSelect(Vector.Equals(y, new Vector<float>(k)), Vector<float>.One, Vector<float>.Zero);
            ((truth - p) * w).CopyTo(gradients[k], at);
            Vector<float> h = p * (Vector<float>.One - p) * factor;
            h.CopyTo(hessians[k], at);
            all += h;
        }
        all.CopyTo(curvatures, at);
    }
}
