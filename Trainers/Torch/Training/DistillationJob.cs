using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Trains a job to follow a teacher: the labels' loss is mixed with the distance to the teacher's scores, and to its vectors if asked.</summary>
internal sealed class DistillationJob : ITrainingJob, IDisposable
{
    private readonly IDistillableJob student;
    private readonly DistillationOptions options;
    private readonly float[] scores, vectors;
    private readonly int outputs, width;
    private readonly Parameter? image;

    /// <param name="student">What learns.</param>
    /// <param name="options">How.</param>
    /// <param name="scores">[examples × outputs]: the teacher's raw scores.</param>
    /// <param name="vectors">[examples × its width]: the teacher's vectors; empty where they are not followed.</param>
    /// <param name="seed">Where the linear image of the student's vectors begins.</param>
    public DistillationJob(IDistillableJob student, DistillationOptions options, float[] scores, float[] vectors, int seed)
    {
        (this.student, this.options, this.scores, this.vectors) = (student, options, scores, vectors);
        outputs = scores.Length / student.Examples;
        width = vectors.Length / student.Examples;
        Weights = student.Weights;
        if (options.HiddenWeight == 0 || width == 0) return;
        using NoiseSource noise = new(seed ^ 0x7EAC);
        Device device = student.Weights[0].Value.device;
        double bound = 1 / Math.Sqrt(student.VectorWidth);
        image = new Parameter(noise.Uniform([width, student.VectorWidth], -bound, bound, device));
        Weights = [.. student.Weights, new TrainedWeight("distillation.image", image) { Depth = student.Weights.Max(w => w.Depth) }];
    }

    public nn.Module Model => student.Model;

    public IReadOnlyList<TrainedWeight> Weights { get; }

    public IReadOnlyList<(string Name, Tensor Value)> Buffers => student.Buffers;

    public WordRows? Words => student.Words;

    public int Examples => student.Examples;

    public string ScoreName => student.ScoreName;

    public long ValidationTokens => student.ValidationTokens;

    public int TokensOf(int example) => student.TokensOf(example);

    public double? Validate(CancellationToken cancel) => student.Validate(cancel);

    public void BeforeUpdate(TrainingStep step) => student.BeforeUpdate(step);

    public Tensor Loss(ReadOnlySpan<int> examples, TrainingStep step)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor given, Tensor vector) = student.Outputs(examples, step);
        Tensor loss = student.LossOf(given, examples).Times(1 - options.Share);
        if (options.Share > 0) loss = loss + Soft(given, Rows(scores, outputs, examples, given.device)).Times(options.Share);
        if (image is not null)
        {
            Tensor distance = (nn.functional.linear(vector, image) - Rows(vectors, width, examples, given.device)).square().mean();
            loss = loss + distance.Times(options.HiddenWeight);
        }
        return loss.MoveToOuterDisposeScope();
    }

    public void Dispose() => image?.Dispose();

    private Tensor Soft(Tensor given, Tensor teacher)
    {
        double t = options.Temperature;
        if (student.Task == MLTask.Regression) return (given - teacher).square().mean();
        (Tensor mine, Tensor its) = (given.Times(1 / t), teacher.Times(1 / t));
        Tensor each = outputs == 1
            ? nn.functional.binary_cross_entropy_with_logits(mine, its.sigmoid())
            : (its.softmax(1) * mine.log_softmax(1)).sum(1).mean().neg();
        // The gradients of softened scores shrink by T².
        return each.Times(t * t);
    }

    private static Tensor Rows(float[] values, int width, ReadOnlySpan<int> examples, Device device)
    {
        float[] taken = new float[examples.Length * width];
        for (int i = 0; i < examples.Length; i++) values.AsSpan(examples[i] * width, width).CopyTo(taken.AsSpan(i * width));
        return tensor(taken, [examples.Length, width], device: device);
    }
}
