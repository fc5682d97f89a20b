namespace MLPipes.Pipelines;

/// <summary>One layer of a <see cref="NeuralModel"/>: z = W·x + b, then h = z + slope · (f(z) − z); the last layer has no activation.</summary>
public sealed class NeuralLayer
{
    /// <summary>Inputs.</summary>
    public required int Inputs { get; init; }

    /// <summary>Units.</summary>
    public required int Outputs { get; init; }

    /// <summary>[inputs × outputs], row-major.</summary>
    public required float[] Weights { get; init; }

    /// <summary>[outputs].</summary>
    public required float[] Biases { get; init; }

    /// <summary>How far each unit bends, [outputs]; 1 for the plain activation, 0 for none. Empty for the last layer.</summary>
    public float[] Slopes { get; init; } = [];

    internal string? FindProblem(bool isLast)
    {
        if (Inputs < 1 || Outputs < 1 || (long)Inputs * Outputs != Weights.Length) return $"{Weights.Length} weights for {Inputs} inputs and {Outputs} outputs";
        if (Biases.Length != Outputs) return $"{Biases.Length} biases for {Outputs} outputs";
        if (Slopes.Length != (isLast ? 0 : Outputs)) return $"{Slopes.Length} slopes for {Outputs} outputs";
        return NeuralParts.AllFinite(Weights) && NeuralParts.AllFinite(Biases) && NeuralParts.AllFinite(Slopes) ? null : "a weight is not finite";
    }

    internal void Write(PlainWriter writer)
    {
        writer.Int(Inputs);
        writer.Int(Outputs);
        writer.Floats(Weights);
        writer.Floats(Biases);
        writer.Floats(Slopes);
    }

    internal static NeuralLayer Read(PlainReader reader) => new()
    {
        Inputs = reader.Int(),
        Outputs = reader.Int(),
        Weights = reader.Floats(),
        Biases = reader.Floats(),
        Slopes = reader.Floats(),
    };
}
