using System.Numerics.Tensors;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>One network of a bag of embeddings: the mean vector of each column's terms and the quantities, under one linear layer, learned row by row with AdaGrad.</summary>
internal sealed class BagNet
{
    // Of many classes most are nearly ruled out in most rows: what little those steps teach is not worth half of the time.
    private const float LeastError = 1e-4f;

    private readonly MLTask task;
    private readonly int columns;
    private readonly int width;
    private readonly int inputs;
    private readonly int outputs;
    private readonly float[] vectorSquares;
    private readonly float[] weightSquares;
    private readonly float[] biasSquares;
    private readonly float[] hidden;
    private readonly float[] gradient;
    private readonly float[] scores;
    private readonly int[] kept;
    private readonly int[] order;
    private readonly Random random;

    /// <param name="task">What is learned.</param>
    /// <param name="terms">Number of terms.</param>
    /// <param name="columns">Number of text columns.</param>
    /// <param name="width">Numbers of a vector.</param>
    /// <param name="outputs">Scores per row.</param>
    /// <param name="rows">The rows it will learn from, for their sizes.</param>
    /// <param name="seed">Of its first vectors, its order of rows and what it leaves out.</param>
    public BagNet(MLTask task, int terms, int columns, int width, int outputs, TextRows rows, int seed)
    {
        this.task = task;
        this.columns = columns;
        this.width = width;
        this.outputs = outputs;
        inputs = (columns * width) + rows.RestWidth;
        random = new Random(seed);
        Vectors = new float[terms * width];
        for (int i = 0; i < Vectors.Length; i++) Vectors[i] = (float)(((2 * random.NextDouble()) - 1) / width);
        Weights = new float[outputs * inputs];
        Biases = new float[outputs];
        vectorSquares = new float[terms];
        weightSquares = new float[Weights.Length];
        biasSquares = new float[outputs];
        hidden = new float[inputs];
        gradient = new float[inputs];
        scores = new float[outputs];
        int longest = 0;
        for (int row = 0; row < rows.Count; row++) for (int c = 0; c < columns; c++) longest = Math.Max(longest, rows.Ids(row, c).Length);
        kept = new int[columns * longest];
        order = [.. Enumerable.Range(0, rows.Count)];
    }

    /// <summary>[terms × width].</summary>
    public float[] Vectors { get; }

    /// <summary>[outputs × (columns · width + quantities)].</summary>
    public float[] Weights { get; }

    /// <summary>[outputs].</summary>
    public float[] Biases { get; }

    /// <summary>A copy of what it has learned.</summary>
    public (float[] Vectors, float[] Weights, float[] Biases) Copy() => ([.. Vectors], [.. Weights], [.. Biases]);

    /// <summary>One pass over the rows in a new order; ends early when <paramref name="isOver"/> says so.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="dropout">Share of the terms that a row goes without.</param>
    /// <param name="isOver">Asked now and then.</param>
    public void Train(TextRows rows, float rate, double dropout, Func<bool> isOver)
    {
        random.Shuffle(order);
        uint threshold = (uint)(dropout * (1 << 16));
        for (int i = 0; i < order.Length; i++)
        {
            if (i % 256 == 0 && isOver()) return;
            if (rows.Weights[order[i]] > 0) Step(rows, order[i], rate, threshold);
        }
    }

    /// <summary>Adds the scores of each row to <paramref name="sums"/> ([rows × outputs]).</summary>
    public void AddScores(TextRows rows, Span<float> sums)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            for (int c = 0; c < columns; c++) Mean(rows.Ids(row, c), hidden.AsSpan(c * width, width));
            rows.Rest(row).CopyTo(hidden.AsSpan(columns * width));
            Forward();
            BagMath.Add(sums.Slice(row * outputs, outputs), scores);
        }
    }

    private void Step(TextRows rows, int row, float rate, uint threshold)
    {
        Span<int> counts = stackalloc int[Math.Min(columns, 64)];
        if (columns > counts.Length) counts = new int[columns];
        for (int c = 0, at = 0; c < columns; c++)
        {
            int count = Draw(rows.Ids(row, c), kept.AsSpan(at), threshold);
            Mean(kept.AsSpan(at, count), hidden.AsSpan(c * width, width));
            at += counts[c] = count;
        }
        rows.Rest(row).CopyTo(hidden.AsSpan(columns * width));
        Forward();
        ToErrors(rows.Labels[row], rows.Weights[row]);
        gradient.AsSpan().Clear();
        for (int k = 0; k < outputs; k++)
        {
            float error = scores[k];
            if (Math.Abs(error) < LeastError) continue;
            Span<float> own = Weights.AsSpan(k * inputs, inputs);
            BagMath.AddScaled(gradient, own, error);
            BagMath.AdaGrad(own, weightSquares.AsSpan(k * inputs, inputs), hidden, error, rate);
            Biases[k] += error * BagMath.StepOf(ref biasSquares[k], error * error, rate);
        }
        for (int c = 0, at = 0; c < columns; at += counts[c++])
        {
            if (counts[c] == 0) continue;
            Span<float> own = gradient.AsSpan(c * width, width);
            TensorPrimitives.Multiply(own, 1f / counts[c], own);
            float meanSquare = TensorPrimitives.SumOfSquares<float>(own) / width;
            if (meanSquare == 0) continue;
            foreach (int term in kept.AsSpan(at, counts[c]))
                BagMath.AddScaled(Vectors.AsSpan(term * width, width), own, BagMath.StepOf(ref vectorSquares[term], meanSquare, rate));
        }
    }

    /// <summary>Copies the terms that are not left out; at least one where there is one.</summary>
    private int Draw(ReadOnlySpan<int> terms, Span<int> into, uint threshold)
    {
        int count = 0;
        if (threshold > 0)
        {
            ulong bits = 0;
            for (int i = 0; i < terms.Length; i++)
            {
                if (i % 4 == 0) bits = (ulong)random.NextInt64();
                if (((uint)(bits >> (15 * (i % 4))) & 0x7FFF) * 2 >= threshold) into[count++] = terms[i];
            }
        }
        if (count > 0) return count;
        terms.CopyTo(into);
        return terms.Length;
    }

    private void Mean(ReadOnlySpan<int> terms, Span<float> into)
    {
        into.Clear();
        foreach (int term in terms) BagMath.Add(into, Vectors.AsSpan(term * width, width));
        if (terms.Length > 1) TensorPrimitives.Multiply(into, 1f / terms.Length, into);
    }

    private void Forward()
    {
        for (int k = 0; k < outputs; k++) scores[k] = Biases[k] + TensorPrimitives.Dot(Weights.AsSpan(k * inputs, inputs), hidden);
    }

    /// <summary>Turns the scores into the loss's derivatives by them.</summary>
    private void ToErrors(float label, float weight)
    {
        switch (task)
        {
            case MLTask.Binary:
                scores[0] = (1 / (1 + MathF.Exp(-scores[0]))) - label;
                break;
            case MLTask.Multiclass:
                TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
                TensorPrimitives.SoftMax(scores, scores);
                scores[(int)label] -= 1;
                break;
            default:
                // A far row would throw the others out of place; the derivative is held in as Huber's is.
                scores[0] = Math.Clamp(scores[0] - label, -3, 3);
                break;
        }
        if (weight != 1) TensorPrimitives.Multiply(scores, weight, scores);
    }
}
