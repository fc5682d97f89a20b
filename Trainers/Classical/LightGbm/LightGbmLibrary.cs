using System.Runtime.InteropServices;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Loads the native library of LightGBM once, and says what is missing where it can't be loaded.</summary>
public static class LightGbmLibrary
{
    internal const string Name = "lib_lightgbm";

    private static readonly Lazy<string?> problem = new(Load);

    /// <summary>Why the library can't be used on this machine and what to install; null when it can.</summary>
    public static string? FindProblem() => problem.Value;

    /// <summary>Loads the library before its first use.</summary>
    /// <exception cref="TrainingException">It can't be loaded.</exception>
    internal static void EnsureLoaded()
    {
        if (problem.Value is { } why) throw new TrainingException(nameof(LightGbm), why);
    }

    private static string? Load()
    {
        OpenMP.WaitPassively();
        if (NativeLibrary.TryLoad(Name, typeof(LightGbmLibrary).Assembly, null, out _)) return null;
        string machine = $"{RuntimeInformation.RuntimeIdentifier}";
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return $"the native library {Name} is for 64-bit Intel and AMD processors, this is {machine}; run the x64 build of .NET or choose another trainer.";
        if (OperatingSystem.IsLinux() && !NativeLibrary.TryLoad("libgomp.so.1", out _))
            return "the native library lib_lightgbm.so needs libgomp.so.1, which this system lacks; install it (Debian and Ubuntu: apt-get install libgomp1, "
                + "Fedora and RHEL: dnf install libgomp, Alpine: apk add libgomp gcompat).";
        if (OperatingSystem.IsMacOS() && !NativeLibrary.TryLoad("libomp.dylib", out _))
            return "the native library lib_lightgbm.dylib can't be loaded, probably for want of libomp; install it (brew install libomp).";
        return $"the native library {Name} can't be loaded on {machine}; it comes with the NuGet package LightGBM and has to lie beside the application or in runtimes/<rid>/native.";
    }
}
