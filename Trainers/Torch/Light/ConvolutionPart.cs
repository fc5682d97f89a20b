using System.Numerics.Tensors;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Filters over windows of neighbouring words, each giving its largest value over the text.</summary>
/// <remarks>Windows reach over both ends of the text, where there are zeros; max(0, ·) before the maximum.</remarks>
internal sealed class ConvolutionPart : ITextPart, IPlainPart<ConvolutionPart>
{
    private const int MaxWidth = 16;

    [ThreadStatic]
    private static float[]? sums;

    private readonly int[] widths;
    private readonly float[][] weights;
    private readonly float[][] biases;

    /// <param name="inputs">Numbers of a word vector.</param>
    /// <param name="widths">Words of a window, for each group of filters.</param>
    /// <param name="weights">For each group [width · inputs × filters].</param>
    /// <param name="biases">For each group [filters].</param>
    public ConvolutionPart(int inputs, int[] widths, float[][] weights, float[][] biases)
    {
        Inputs = inputs;
        this.widths = widths;
        this.weights = weights;
        this.biases = biases;
        Outputs = biases.Sum(b => b.Length);
    }

    public static string Kind => "text-convolution";

    public int Inputs { get; }

    public int Outputs { get; }

    public void Encode(ReadOnlySpan<float> words, int count, Span<float> into)
    {
        for (int g = 0, at = 0; g < widths.Length; at += biases[g++].Length) Group(words, count, g, into.Slice(at, biases[g].Length));
    }

    private void Group(ReadOnlySpan<float> words, int count, int group, Span<float> most)
    {
        int width = widths[group], filters = biases[group].Length;
        if (sums is null || sums.Length < filters) sums = new float[filters];
        Span<float> sum = sums.AsSpan(0, filters);
        most.Clear();
        for (int start = 1 - width; start < count; start++)
        {
            biases[group].CopyTo(sum);
            for (int o = 0; o < width; o++)
            {
                int word = start + o;
                if (word < 0 || word >= count) continue;
                ReadOnlySpan<float> x = words.Slice(word * Inputs, Inputs);
                for (int i = 0; i < x.Length; i++) TensorPrimitives.MultiplyAdd(weights[group].AsSpan(((o * Inputs) + i) * filters, filters), x[i], sum, sum);
            }
            TensorPrimitives.Max(sum, most, most);
        }
    }

    public void Write(PlainWriter writer)
    {
        writer.Int(Inputs);
        writer.Ints(widths);
        for (int g = 0; g < widths.Length; g++)
        {
            writer.Floats(biases[g]);
            writer.Floats(weights[g]);
        }
    }

    public static ConvolutionPart Read(PlainReader reader)
    {
        int inputs = reader.Int(1, 1 << 16, "numbers of a word vector");
        int[] widths = reader.Ints();
        if (widths.Length == 0 || Array.Exists(widths, w => w is < 1 or > MaxWidth)) throw reader.Damaged("windows of impossible widths");
        float[][] weights = new float[widths.Length][], biases = new float[widths.Length][];
        for (int g = 0; g < widths.Length; g++)
        {
            biases[g] = reader.Floats();
            if (biases[g].Length is 0 or > 1 << 16) throw reader.Damaged($"{biases[g].Length} filters");
            weights[g] = reader.Floats(widths[g] * inputs * biases[g].Length);
        }
        return new ConvolutionPart(inputs, widths, weights, biases);
    }
}
