using System.Numerics.Tensors;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Makes one model of several networks of embedding bags: their mean score, which is linear in each term.</summary>
internal static class BagFolding
{
    /// <summary>The model.</summary>
    /// <param name="terms">The terms that the networks share.</param>
    /// <param name="nets">What each has learned.</param>
    /// <param name="task">What was learned.</param>
    /// <param name="range">How the labels looked to them.</param>
    /// <param name="epochs">The epoch that it is from.</param>
    /// <remarks>
    /// A term's share of a score is its vector times the weights. Where there are fewer scores than numbers in all vectors of a term, that
    /// product is stored in place of both: exact, smaller and faster.
    /// </remarks>
    public static BagModel ToModel(BagTerms terms, (float[] Vectors, float[] Weights, float[] Biases)[] nets, MLTask task, LabelRange range, int epochs)
    {
        int members = nets.Length, outputs = nets[0].Biases.Length, columns = terms.Columns, rest = terms.Layout.Rest.Length;
        int inputs = nets[0].Weights.Length / outputs, width = columns == 0 ? 0 : (inputs - rest) / columns;
        float share = 1f / (members * range.Scale);
        float[] biases = new float[outputs], quantities = new float[outputs * rest];
        foreach ((_, float[] weights, float[] own) in nets)
        {
            BagMath.AddScaled(biases, own, share);
            for (int k = 0; k < outputs; k++) BagMath.AddScaled(quantities.AsSpan(k * rest, rest), weights.AsSpan((k * inputs) + (columns * width), rest), share);
        }
        for (int k = 0; k < outputs; k++) biases[k] += range.Center;
        (float[] vectors, float[] head) = outputs <= members * width ? (Folded(), []) : (Joined(), Head());
        return new BagModel(terms, vectors, head, quantities, biases, TaskLink.Of(task), epochs);

        // [terms × outputs]
        float[] Folded()
        {
            float[] folded = new float[terms.Count * outputs];
            for (int term = 0; term < terms.Count; term++)
            {
                int column = terms.ColumnOf(term);
                foreach ((float[] own, float[] weights, _) in nets)
                    for (int k = 0; k < outputs; k++)
                        folded[(term * outputs) + k] += share * TensorPrimitives.Dot(own.AsSpan(term * width, width), weights.AsSpan((k * inputs) + (column * width), width));
            }
            return folded;
        }

        // [terms × (members · width)]
        float[] Joined()
        {
            float[] joined = new float[terms.Count * members * width];
            for (int term = 0; term < terms.Count; term++)
                for (int m = 0; m < members; m++) nets[m].Vectors.AsSpan(term * width, width).CopyTo(joined.AsSpan(((term * members) + m) * width));
            return joined;
        }

        // [outputs × columns × (members · width)]
        float[] Head()
        {
            float[] joined = new float[outputs * columns * members * width];
            for (int k = 0; k < outputs; k++)
                for (int c = 0; c < columns; c++)
                    for (int m = 0; m < members; m++)
                        BagMath.AddScaled(joined.AsSpan(((((k * columns) + c) * members) + m) * width, width), nets[m].Weights.AsSpan((k * inputs) + (c * width), width), share);
            return joined;
        }
    }
}
