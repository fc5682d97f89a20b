using System.Runtime.InteropServices;

namespace MLPipes.Trainers.Torch;

/// <summary>What the NVIDIA driver itself tells, whether or not libtorch can use it.</summary>
/// <param name="Version">Newest version of CUDA that the driver runs, as in 12.8.</param>
/// <param name="Devices">Devices that this process may use.</param>
/// <param name="Generation">Major compute capability of the first device; 0 where there is none.</param>
/// <remarks>Source: the CUDA driver API, cuDriverGetVersion, cuDeviceGetCount and cuDeviceGetAttribute.</remarks>
internal sealed unsafe record CudaDriver(Version Version, int Devices, int Generation)
{
    private const int MajorCapability = 75;

    private static readonly Lazy<CudaDriver?> found = new(Ask);

    /// <summary>The driver; null where none is installed.</summary>
    public static CudaDriver? Find() => found.Value;

    private static CudaDriver? Ask()
    {
        // The library stays loaded: libtorch uses it as well.
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out nint driver)
            || !NativeLibrary.TryGetExport(driver, "cuInit", out nint start)
            || !NativeLibrary.TryGetExport(driver, "cuDriverGetVersion", out nint getVersion)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetCount", out nint getCount)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetAttribute", out nint getAttribute)) return null;
        int version = 0, count = 0, generation = 0;
        _ = ((delegate* unmanaged<int*, int>)getVersion)(&version);
        bool works = ((delegate* unmanaged<uint, int>)start)(0) == 0 && ((delegate* unmanaged<int*, int>)getCount)(&count) == 0;
        if (works && count > 0) _ = ((delegate* unmanaged<int*, int, int, int>)getAttribute)(&generation, MajorCapability, 0);
        return new CudaDriver(new Version(version / 1000, version % 1000 / 10), works ? count : 0, generation);
    }
}
