using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Convolution filters over windows of words while they are trained; a window is a row of a matrix product.</summary>
internal sealed class ConvolutionBody : ITextBody
{
    private readonly int inputs;
    private readonly int[] widths;
    private readonly Parameter[] weights;
    private readonly Parameter[] biases;

    public ConvolutionBody(int inputs, int[] widths, int filters, Random random)
    {
        this.inputs = inputs;
        this.widths = widths;
        weights = [.. widths.Select(w => TextWeights.Draw([w * inputs, filters], Math.Sqrt(6.0 / ((w * inputs) + filters)), random))];
        biases = [.. widths.Select(_ => TextWeights.Zeros(filters))];
        Outputs = widths.Length * filters;
        Weights = [.. weights.SelectMany((w, i) => (TrainedWeight[])[new($"filters.{widths[i]}", w) { Depth = 1 }, new($"filters.{widths[i]}.bias", biases[i]) { Depth = 1 }])];
    }

    public int Outputs { get; }

    public IReadOnlyList<TrainedWeight> Weights { get; }

    public Tensor Encode(Tensor words, int[] lengths)
    {
        long batch = words.shape[0], length = words.shape[1];
        return cat([.. Enumerable.Range(0, widths.Length).Select(g => Group(words, lengths, batch, length, g))], 1);
    }

    private Tensor Group(Tensor words, int[] lengths, long batch, long length, int group)
    {
        int width = widths[group];
        long windows = length + width - 1;
        Tensor padded = width == 1 ? words : cat([zeros(batch, width - 1, inputs), words, zeros(batch, width - 1, inputs)], 1);
        Tensor rows = cat([.. Enumerable.Range(0, width).Select(o => padded.narrow(1, o, windows))], 2);
        Tensor values = (matmul(rows, weights[group]) + biases[group]).relu();
        // Windows that hold no word of their text; the others are at least 0 as well, so that 0 is no maximum of its own.
        return (values * TextWeights.Mask(lengths, windows, width - 1)).amax([1]);
    }

    public ITextPart ToPart() => new ConvolutionPart(inputs, widths, [.. weights.Select(TextWeights.ArrayOf)], [.. biases.Select(TextWeights.ArrayOf)]);
}
