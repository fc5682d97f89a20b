using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A layer that forgets its inner values and computes them again for the gradient: memory for one layer in place of all, one more forward pass.</summary>
/// <remarks>Source: Chen et al., "Training deep nets with sublinear memory cost", 2016. Dropout draws the same masks both times.</remarks>
internal sealed class LayerRecomputation : autograd.SingleTensorFunction<LayerRecomputation>
{
    private const string State = "state";

    private sealed record Pass(EncoderLayer Layer, EncoderRun Run, long NoisePosition, bool Drops, Precision Precision, bool BiasNeedsGradient);

    public override string Name => nameof(LayerRecomputation);

    /// <summary>The layer's result; only its input and the scores' bias are kept for the gradient.</summary>
    public static Tensor Run(EncoderLayer layer, EncoderRun run, Tensor hidden, Tensor? scoreBias)
    {
        // Without an input that needs a gradient torch would not ask for one, even where the layer's weights do.
        if (!hidden.requires_grad) hidden = hidden.detach().requires_grad_(true);
        Pass pass = new(layer, run, run.Noise.Position, run.Drops, run.Precision, scoreBias is { requires_grad: true });
        return apply(hidden, scoreBias!, pass);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor hidden, Tensor? scoreBias, Pass pass) = ((Tensor)vars[0], (Tensor?)vars[1], (Pass)vars[2]);
        ctx.save_for_backward([hidden, scoreBias!]);
        ctx.save_data(State, pass);
        return pass.Layer.forward(hidden, scoreBias);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        Pass pass = (Pass)ctx.get_data(State);
        List<Tensor?> saved = [.. ctx.get_saved_variables()];
        EncoderRun run = pass.Run;
        (long position, bool drops, Precision precision) = (run.Noise.Position, run.Drops, run.Precision);
        (run.Noise.Position, run.Drops, run.Precision) = (pass.NoisePosition, pass.Drops, pass.Precision);
        try
        {
            using var recorded = enable_grad();
            Tensor hidden = saved[0]!.detach().requires_grad_(true);
            Tensor? scoreBias = saved[1]?.detach();
            if (pass.BiasNeedsGradient) scoreBias!.requires_grad_(true);
            Tensor result = pass.Layer.forward(hidden, scoreBias);
            autograd.backward([result], [grad_output]);
            return [hidden.grad!, pass.BiasNeedsGradient ? scoreBias!.grad! : null!, null!];
        }
        finally
        {
            (run.Noise.Position, run.Drops, run.Precision) = (position, drops, precision);
        }
    }
}
