using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class TorchRuntimeTests
{
    [TestMethod]
    public void Adds_up_after_loading()
    {
        TorchRuntime.Load();

        using Tensor sum = ones(3).sum();

        Assert.AreEqual(3f, sum.item<float>());
    }

    [TestMethod, OSCondition(OperatingSystems.Linux)]
    public void One_libtorch_is_in_the_process_also_after_asking_for_CUDA()
    {
        TorchRuntime.Load();

        TryInitializeDeviceType(DeviceType.CPU);
        TryInitializeDeviceType(DeviceType.CUDA);

        IEnumerable<string> loaded = File.ReadLines("/proc/self/maps").Where(l => l.Contains("libtorch_cpu", StringComparison.Ordinal)).Select(l => l[l.IndexOf('/', StringComparison.Ordinal)..]).Distinct();
        Assert.HasCount(1, loaded);
    }

    [TestMethod]
    public void Many_threads_may_load_at_once()
    {
        Parallel.For(0, 16, _ => TorchRuntime.Load());

        Assert.IsNull(TorchRuntime.Describe().Problem);
    }

    [TestMethod]
    public void Describes_what_was_loaded()
    {
        TorchReport report = TorchRuntime.Describe();

        Assert.IsNull(report.Problem);
        StringAssert.StartsWith(report.Version, "2.1");
        Assert.IsTrue(File.Exists(Path.Combine(report.Folder!, TorchFolders.FileOf("torch_cpu"))), report.Folder);
        Assert.AreEqual(report.WhyNotCuda is null, report.Device == TorchDevice.Cuda);
    }

    [TestMethod, OSCondition(OperatingSystems.Linux)]
    public void Fast_bfloat16_of_the_processor_is_what_the_system_tells()
    {
        bool told = File.ReadAllText("/proc/cpuinfo").Contains("avx512_bf16", StringComparison.Ordinal);

        Assert.AreEqual(told, TorchRuntime.CpuHasBFloat16);
    }

    [TestMethod]
    public void The_device_is_the_best_there_is_and_one_that_is_not_there_is_an_error_with_the_reason()
    {
        TorchRuntime.Load();
        bool hasCuda = cuda.is_available();

        Assert.AreEqual(hasCuda ? DeviceType.CUDA : DeviceType.CPU, Devices.Resolve(TorchDevice.Auto).type);
        Assert.AreEqual(DeviceType.CPU, Devices.Resolve(TorchDevice.Cpu).type);
        if (hasCuda) Assert.AreEqual(DeviceType.CUDA, Devices.Resolve(TorchDevice.Cuda).type);
        else StringAssert.Contains(Assert.ThrowsExactly<TorchException>(() => Devices.Resolve(TorchDevice.Cuda)).Message, Devices.WhyNotCuda());
    }

    [TestMethod]
    public void Threads_are_those_asked_for()
    {
        TorchRuntime.Load();
        int before = get_num_threads();

        TorchRuntime.UseThreads(1);
        int one = get_num_threads();
        TorchRuntime.UseThreads(before);

        Assert.AreEqual(1, one);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TorchRuntime.UseThreads(0));
    }

    [TestMethod, DoNotParallelize]
    public void Training_steps_keep_their_memory()
    {
        const int warmUp = 140, steps = 300;
        TorchRuntime.Load();
        using nn.Module<Tensor, Tensor> network = nn.Sequential(("up", nn.Linear(256, 512)), ("relu", nn.ReLU()), ("down", nn.Linear(512, 8)));
        using optim.Optimizer optimizer = optim.Adam(network.parameters());
        (long memory, long tensors) start = default, end = default;

        for (int step = 0; step < steps; step++)
        {
            using (DisposeScope scope = NewDisposeScope())
            {
                // Each step's activations take 3 MB: 160 leaked steps would show as 480.
                Tensor rows = randn(512, 256), labels = randint(8, [512]);
                Tensor loss = nn.functional.cross_entropy(network.forward(rows), labels);
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
            if (step == warmUp) start = Memory();
        }
        end = Memory();

        Assert.AreEqual(start.tensors, end.tensors, "tensors of this thread that live");
        Assert.IsLessThan(64L << 20, end.memory - start.memory, "bytes that the process grew by");
    }

    private static (long Memory, long Tensors) Memory()
    {
        GC.Collect();
        using Process process = Process.GetCurrentProcess();
        return (process.WorkingSet64, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
