using System.Runtime.Intrinsics.X86;
using MLPipes.Pipelines;
using TorchSharp;

namespace MLPipes.Trainers.Torch;

/// <summary>libtorch in this process: loaded once, before its first use, with the threads it is given.</summary>
/// <remarks>
/// The environment variable <c>MLPIPES_LIBTORCH</c> names a folder with the libtorch 2.10 or 2.11 of another install, such as
/// <c>torch/lib</c> of a Python install with CUDA, to be used in place of the installed one, which runs on the processor.
/// </remarks>
public static class TorchRuntime
{
    private static readonly Lazy<(NativeTorch.Loaded? Loaded, TorchException? Problem)> state = new(TryLoad);

    /// <summary>Whether libtorch has been loaded into this process.</summary>
    public static bool IsLoaded => state is { IsValueCreated: true, Value.Loaded: not null };

    /// <summary>Loads libtorch unless it is loaded; every use of TorchSharp has to come after it.</summary>
    /// <exception cref="TorchException">It is missing, of another version, or refused by the system; the message tells the next step.</exception>
    public static void Load()
    {
        if (state.Value.Problem is { } problem) throw new TorchException(problem.Message, problem);
    }

    /// <summary>What was loaded, which device networks use and why; loads libtorch and never throws.</summary>
    public static TorchReport Describe()
    {
        (NativeTorch.Loaded? loaded, TorchException? problem) = state.Value;
        TorchReport report = EncoderCheck.Describe(EncoderChoice.Default);
        if (loaded is null) return report with { Problem = problem!.Message, WhyNotCuda = "libtorch is not loaded" };
        string? whyNotCuda = Devices.WhyNotCuda();
        return report with
        {
            Version = loaded.Version,
            Folder = loaded.Folders.Libtorch,
            IsLent = loaded.Folders.IsLent,
            IsPatched = loaded.IsPatched,
            Device = whyNotCuda is null ? TorchDevice.Cuda : TorchDevice.Cpu,
            WhyNotCuda = whyNotCuda,
            HasFastBFloat16 = HasFastBFloat16,
        };
    }

    private static volatile int mostThreads;

    /// <summary>Threads that one operation on the processor uses, in the whole process.</summary>
    internal static void UseThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Load();
        if (threads > mostThreads) mostThreads = threads;
        if (torch.get_num_threads() != threads) torch.set_num_threads(threads);
    }

    /// <summary>Before a fitted model scores: as many threads as the fit of this process that had most, so that one on a single core does not slow down all after it.</summary>
    /// <remarks>Where there was no fit, as in an application that loads a model, libtorch's own number stays.</remarks>
    internal static void UseMostThreads()
    {
        if (mostThreads > 0) UseThreads(mostThreads);
    }

    /// <summary>Whether the loaded libtorch is built for CUDA; false where none could be loaded.</summary>
    internal static bool HasCudaLibrary => state.Value.Loaded is { HasCuda: true };

    /// <summary>Whether matrix products in bfloat16 are faster than in float32 on the device that <see cref="TorchDevice.Auto"/> chooses.</summary>
    internal static bool HasFastBFloat16 => Devices.HasFastBFloat16(Devices.Resolve(TorchDevice.Auto));

    /// <summary>Whether the processor multiplies bfloat16 in hardware (AVX512-BF16; every processor with AMX-BF16 has it too).</summary>
    /// <remarks>
    /// Source: Intel 64 software developer's manual, CPUID leaf 7, subleaf 1, EAX bit 5. Arm processors count as without: libtorch's package for
    /// them, macOS, gains nothing there.
    /// </remarks>
    internal static bool CpuHasBFloat16 { get; } = FindBFloat16();

    private static bool FindBFloat16()
    {
        const int extendedFeatures = 7, bfloat16 = 1 << 5;
        // Avx512F tells as well that the system saves the wide registers.
        if (!Avx512F.IsSupported || X86Base.CpuId(0, 0).Eax < extendedFeatures || X86Base.CpuId(extendedFeatures, 0).Eax < 1) return false;
        return (X86Base.CpuId(extendedFeatures, 1).Eax & bfloat16) != 0;
    }

    private static (NativeTorch.Loaded?, TorchException?) TryLoad()
    {
        try
        {
            OpenMP.WaitPassively();
            return (NativeTorch.Load(TorchFolders.Find(Environment.GetEnvironmentVariable(TorchFolders.Setting))), null);
        }
        catch (TorchException error)
        {
            return (null, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException or NotSupportedException or DllNotFoundException or ArgumentException)
        {
            return (null, new TorchException($"libtorch can't be loaded: {error.Message}", error));
        }
    }
}
