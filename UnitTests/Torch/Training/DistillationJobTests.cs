using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class DistillationJobTests
{
    public DistillationJobTests() => TorchRuntime.Load();

    [TestMethod]
    public void Without_a_share_the_labels_alone_count()
    {
        using Student student = new();
        using DistillationJob job = new(student, new DistillationOptions { Share = 0 }, [9, 0, 0, 0, 9, 0], [], 1);

        Assert.AreEqual(Loss(student), Loss(job), 1e-6);
    }

    [TestMethod]
    public void The_softened_loss_is_the_cross_entropy_with_the_teacher_times_temperature_squared()
    {
        using Student student = new();
        float[] teacher = [2, 0, -1, 0, 1, 3];
        using DistillationJob job = new(student, new DistillationOptions { Share = 1, Temperature = 2 }, teacher, [], 1);

        double expected = 0;
        for (int row = 0; row < 2; row++)
        {
            double[] its = Softmax([.. teacher[(row * 3)..((row * 3) + 3)].Select(v => v / 2.0)]), mine = Softmax([.. Student.Given[(row * 3)..((row * 3) + 3)].Select(v => v / 2.0)]);
            for (int k = 0; k < 3; k++) expected -= its[k] * Math.Log(mine[k]) * 4 / 2;
        }

        Assert.AreEqual(expected, Loss(job), 1e-5);
    }

    [TestMethod]
    public void Vectors_are_followed_through_an_image_that_is_trained_too()
    {
        using Student student = new();
        using DistillationJob job = new(student, new DistillationOptions { Share = 0, HiddenWeight = 3 }, new float[6], [1, 2, 3, 4, 5, 6, 7, 8], 1);

        Assert.HasCount(student.Weights.Count + 1, job.Weights);
        CollectionAssert.AreEqual(new long[] { 4, 2 }, job.Weights[^1].Value.shape);
        Assert.IsGreaterThan(Loss(student), Loss(job));
    }

    private static double Loss(ITrainingJob job)
    {
        using var scope = NewDisposeScope();
        using NoiseSource noise = new(0);
        return job.Loss([0, 1], new TrainingStep(0, 1, 0, noise)).item<float>();
    }

    private static double[] Softmax(double[] values)
    {
        double sum = values.Sum(Math.Exp);
        return [.. values.Select(v => Math.Exp(v) / sum)];
    }

    private sealed class Student : IDistillableJob, IDisposable
    {
        private readonly Parameter scores = new(tensor(Given, [2, 3]));

        public static float[] Given => [1, -1, 0.5f, 0.2f, 0, -0.3f];

        public MLTask Task => MLTask.Multiclass;
        public int VectorWidth => 2;
        public nn.Module Model { get; } = nn.Identity();
        public IReadOnlyList<TrainedWeight> Weights => [new("scores", scores)];
        public int Examples => 2;
        public int TokensOf(int example) => 1;
        public Tensor Loss(ReadOnlySpan<int> examples, TrainingStep step) => LossOf(scores, examples);
        public (Tensor Scores, Tensor Vectors) Outputs(ReadOnlySpan<int> examples, TrainingStep step) => (scores.alias(), ones(2, 2));
        public Tensor LossOf(Tensor given, ReadOnlySpan<int> examples) => TaskLoss.Mean(MLTask.Multiclass, given, [0, 2], [], 0);
        public void Dispose() => scores.Dispose();
    }
}
