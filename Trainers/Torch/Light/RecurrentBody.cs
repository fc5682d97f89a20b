using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A long short-term memory in both directions while it is trained; the text's vector is the largest and the mean value of each cell over the text.</summary>
/// <remarks>Both directions go through one loop, as two batches of one product. Nothing after a text's end reaches what is pooled.</remarks>
internal sealed class RecurrentBody : ITextBody
{
    private const double Far = 1e4;

    private readonly int inputs;
    private readonly int cells;
    private readonly Parameter input;
    private readonly Parameter hidden;
    private readonly Parameter bias;

    public RecurrentBody(int inputs, int cells, Random random)
    {
        this.inputs = inputs;
        this.cells = cells;
        double most = Math.Sqrt(1.0 / cells);
        input = TextWeights.Draw([2, inputs, 4 * cells], most, random);
        hidden = TextWeights.Draw([2, cells, 4 * cells], most, random);
        bias = TextWeights.Zeros(2 * 4 * cells);
        Weights = [new("lstm.input", input) { Depth = 1 }, new("lstm.hidden", hidden) { Depth = 1 }, new("lstm.bias", bias) { Depth = 1 }];
    }

    public int Outputs => 4 * cells;

    public IReadOnlyList<TrainedWeight> Weights { get; }

    public Tensor Encode(Tensor words, int[] lengths)
    {
        long batch = words.shape[0], length = words.shape[1];
        Tensor both = stack([words, words.gather(1, Reversed(lengths, length).expand(-1, -1, inputs))], 0).reshape(2, batch * length, inputs);
        Tensor projected = (both.bmm(input) + bias.view(2, 1, 4 * cells)).view(2, batch, length, 4 * cells);
        Tensor h = zeros(2, batch, cells), c = zeros(2, batch, cells);
        List<Tensor> steps = [];
        for (long t = 0; t < length; t++)
        {
            Tensor[] gates = (projected.select(2, t) + h.bmm(hidden)).chunk(4, 2);
            c = (gates[1].sigmoid() * c) + (gates[0].sigmoid() * gates[2].tanh());
            h = gates[3].sigmoid() * c.tanh();
            steps.Add(h);
        }
        Tensor values = stack(steps, 2), mask = TextWeights.Mask(lengths, length, 0).unsqueeze(0);
        Tensor most = (values + mask.Plus(-1).Times(Far)).amax([2]);
        Tensor mean = (values * mask).sum(2) * tensor(Array.ConvertAll(lengths, l => 1f / l)).view(1, batch, 1);
        // [batch × directions · (largest, mean)], as RecurrentPart has them.
        return cat([most.select(0, 0), mean.select(0, 0), most.select(0, 1), mean.select(0, 1)], 1);
    }

    public ITextPart ToPart()
    {
        float[] x = TextWeights.ArrayOf(input), h = TextWeights.ArrayOf(hidden), b = TextWeights.ArrayOf(bias);
        return new RecurrentPart(inputs, cells, [x[..(x.Length / 2)], x[(x.Length / 2)..]], [h[..(h.Length / 2)], h[(h.Length / 2)..]], [b[..(b.Length / 2)], b[(b.Length / 2)..]]);
    }

    /// <summary>[batch × length × 1]: where the word stands that comes at a position when the text is read from its end; beyond the end, the position itself.</summary>
    private static Tensor Reversed(int[] lengths, long length)
    {
        long[] from = new long[lengths.Length * length];
        for (int row = 0; row < lengths.Length; row++)
            for (int t = 0; t < length; t++) from[(row * length) + t] = t < lengths[row] ? lengths[row] - 1 - t : t;
        return tensor(from).view(lengths.Length, length, 1);
    }
}
