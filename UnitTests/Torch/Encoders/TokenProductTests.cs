using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class TokenProductTests
{
    // Batches above and below those that are multiplied by convolutions, and lengths that do not divide among sixteen texts.
    public static IEnumerable<object[]> Shapes => [[32L, 24L], [16L, 8L], [16L, 2L], [4L, 64L], [3L, 50L], [1L, 7L], [1L, 512L], [200L, 1L]];

    [TestMethod, DynamicData(nameof(Shapes))]
    public void Is_the_linear_product_with_its_gradients(long batch, long length)
    {
        TorchRuntime.Load();
        using DisposeScope scope = NewDisposeScope();
        Tensor input = Wave(batch, length, 24), weight = Wave(40, 24), bias = Wave(40), given = Wave(batch, length, 40);

        (Tensor value, Tensor[] gradients) = Both(TokenProduct.Of);
        (Tensor expected, Tensor[] expectedGradients) = Both((x, w, b) => nn.functional.linear(x, w, b));

        CollectionAssert.AreEqual(new[] { batch, length, 40 }, value.shape);
        Assert.IsTrue(value.is_contiguous());
        AreClose(expected, value);
        for (int i = 0; i < 3; i++) AreClose(expectedGradients[i], gradients[i]);

        (Tensor, Tensor[]) Both(Func<Tensor, Tensor, Tensor, Tensor> product)
        {
            Tensor[] leaves = [.. new[] { input, weight, bias }.Select(t => t.clone().requires_grad_(true))];
            Tensor result = product(leaves[0], leaves[1], leaves[2]);
            result.backward([given]);
            return (result.detach(), [.. leaves.Select(l => l.grad!)]);
        }
    }

    [TestMethod]
    public void Reads_what_does_not_lie_in_order_and_rows_without_length()
    {
        TorchRuntime.Load();
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = Wave(40, 24), bias = Wave(40), turned = Wave(24, 32, 16).permute(2, 1, 0), rows = Wave(300, 24);

        AreClose(nn.functional.linear(turned, weight, bias), TokenProduct.Of(turned, weight, bias));
        AreClose(nn.functional.linear(rows, weight, bias), TokenProduct.Of(rows, weight, bias));
    }

    [TestMethod]
    public void Gives_the_same_bits_each_time()
    {
        TorchRuntime.Load();
        using DisposeScope scope = NewDisposeScope();
        Tensor input = Wave(32, 24, 48), weight = Wave(96, 48), bias = Wave(96);

        float[] first = EncoderCases.Floats(TokenProduct.Of(input, weight, bias));

        for (int i = 0; i < 5; i++) CollectionAssert.AreEqual(first, EncoderCases.Floats(TokenProduct.Of(input, weight, bias)));
    }

    private static Tensor Wave(params long[] shape) => arange(shape.Aggregate(1L, (a, b) => a * b), ScalarType.Float32).mul(0.37).sin().view(shape);

    private static void AreClose(Tensor expected, Tensor found) =>
        Assert.IsLessThan(1e-4, (expected - found).abs().max().ToSingle() / Math.Max(1f, expected.abs().max().ToSingle()));
}
