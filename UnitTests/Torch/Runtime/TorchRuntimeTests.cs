using TorchSharp;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class TorchRuntimeTests
{
    [TestMethod]
    public void Adds_up_after_loading()
    {
        TorchRuntime.Load();

        using torch.Tensor sum = torch.ones(3).sum();

        Assert.AreEqual(3f, sum.item<float>());
    }
}
