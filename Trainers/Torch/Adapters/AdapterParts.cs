using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>An adaptation's own part as plain data in a model bundle, for kinds that can't be merged into the encoder's weights.</summary>
internal sealed class AdapterParts : IPlainPart<AdapterParts>
{
    private const int MaxAxes = 4;

    private readonly Adaptation adaptation;
    private readonly AdaptationOptions options;
    private readonly IReadOnlyList<(string Name, long[] Shape, float[] Values)> weights;

    private AdapterParts(Adaptation adaptation, AdaptationOptions options, IReadOnlyList<(string Name, long[] Shape, float[] Values)> weights) =>
        (this.adaptation, this.options, this.weights) = (adaptation, options, weights);

    public static string Kind => "text-encoder-adapter";

    /// <summary>Copies an attached adaptation's part as it is now.</summary>
    public static AdapterParts Of(IAdaptation attached) => new(attached.Kind, attached.Options, attached.Saved());

    /// <summary>Attaches it to an encoder; the caller owns the result.</summary>
    /// <exception cref="TorchException">It does not fit the encoder.</exception>
    public IAdaptation Attach(TextEncoder encoder) => Adaptations.Restore(adaptation, options, encoder, new Source(weights));

    public void Write(PlainWriter writer)
    {
        writer.String(adaptation.ToString());
        writer.Int(options.Rank);
        writer.Double(options.Alpha);
        writer.String(options.Linears.ToString());
        writer.Int(options.BottleneckSize);
        writer.Bool(options.BehindAttention);
        writer.Int(options.VirtualTokens);
        writer.Int(weights.Count);
        foreach ((string name, long[] shape, float[] values) in weights)
        {
            writer.String(name);
            writer.Longs(shape);
            writer.Floats(values);
        }
    }

    public static AdapterParts Read(PlainReader reader)
    {
        string kind = reader.String();
        if (!Enum.TryParse(kind, out Adaptation adaptation) || !Enum.IsDefined(adaptation)) throw reader.Damaged("the kind of adaptation is not known");
        int rank = reader.Int(1, 1024);
        double alpha = reader.Double();
        if (!(alpha is > 0 and <= 100_000)) throw reader.Damaged("an adapter's scale is out of range");
        if (!Enum.TryParse(reader.String(), out AdaptedLinears linears) || !Enum.IsDefined(linears)) throw reader.Damaged("the adapted layers are not known");
        AdaptationOptions options = new()
        {
            Rank = rank,
            Alpha = alpha,
            Linears = linears,
            BottleneckSize = reader.Int(0, 16_384),
            BehindAttention = reader.Bool(),
            VirtualTokens = reader.Int(1, 4_096),
            ProjectionSize = 0,
        };
        List<(string, long[], float[])> weights = [];
        for (int left = reader.Int(0, 100_000); left > 0; left--)
        {
            string name = reader.String();
            long[] shape = reader.Longs();
            float[] values = reader.Floats();
            if (shape.Length > MaxAxes || shape.Any(s => s < 0) || Product(shape) != values.Length) throw reader.Damaged("an adapter's weight has another shape than it says");
            weights.Add((name, shape, values));
        }
        return new AdapterParts(adaptation, options, weights);
    }

    private static decimal Product(long[] shape) => shape.Any(s => s > int.MaxValue) ? -1 : shape.Aggregate(1m, (product, size) => product * size);

    private sealed class Source(IReadOnlyList<(string Name, long[] Shape, float[] Values)> weights) : IAdapterSource
    {
        private readonly ILookup<string, (long[] Shape, float[] Values)> byName = weights.ToLookup(w => w.Name, w => (w.Shape, w.Values), StringComparer.Ordinal);

        public string Place => "the model";

        public long[]? ShapeOf(string name) => byName[name].FirstOrDefault().Shape;

        public float[] Read(string name) => byName[name].First().Values;
    }
}
