using TorchSharp;

namespace MLPipes.Trainers.Torch;

/// <summary>Chooses the device that a network is trained or run on.</summary>
internal static class Devices
{
    // The first generation of NVIDIA cards (Ampere) that multiplies bfloat16 in hardware.
    private const int FirstWithBFloat16 = 8;

    /// <summary>The device that a choice means on this machine; loads libtorch.</summary>
    /// <exception cref="TorchException">CUDA was asked for and can't be used.</exception>
    public static torch.Device Resolve(TorchDevice choice)
    {
        TorchRuntime.Load();
        string? whyNot = choice == TorchDevice.Cpu ? "" : WhyNotCuda();
        if (whyNot is null) return torch.CUDA;
        if (choice == TorchDevice.Cuda) throw new TorchException($"device = Cuda can't be used: {whyNot}. Choose Cpu or Auto, or see 'mlpipes doctor'.");
        return torch.CPU;
    }

    /// <summary>Why networks can't use CUDA; null when they can. libtorch has to be loaded.</summary>
    public static string? WhyNotCuda()
    {
        if (torch.cuda_is_available()) return null;
        if (CudaDriver.Find() is not { } driver) return "no NVIDIA driver is installed";
        if (driver.Devices == 0) return $"the NVIDIA driver (CUDA {driver.Version}) shows no device to this process; see CUDA_VISIBLE_DEVICES";
        return TorchRuntime.HasCudaLibrary
            ? $"libtorch can't start CUDA with this driver (CUDA {driver.Version}); install a newer driver, or a libtorch for this version of CUDA"
            : $"the libtorch in use is built for processors alone; set {TorchFolders.Setting} to torch/lib of a Python install of PyTorch {LibtorchVersion.Fitting} with CUDA";
    }

    /// <summary>The number format of the large products: bfloat16 where it was asked for, or pays.</summary>
    public static Precision PrecisionOf(TrainingPrecision choice, torch.Device device) =>
        choice == TrainingPrecision.BFloat16 || (choice == TrainingPrecision.Auto && HasFastBFloat16(device)) ? Precision.BFloat16 : Precision.Float32;

    /// <summary>Whether matrix products in bfloat16 are faster than in float32 on a device.</summary>
    public static bool HasFastBFloat16(torch.Device device) => device.type == DeviceType.CUDA
        ? CudaDriver.Find() is not { } driver || driver.Generation >= FirstWithBFloat16
        : TorchRuntime.CpuHasBFloat16;
}
