using System.Runtime.InteropServices;

namespace MLPipes.Pipelines;

/// <summary>How the OpenMP threads of native libraries (LightGBM, libtorch) behave in this process.</summary>
internal static partial class OpenMP
{
    /// <summary>Lets threads sleep while they wait, unless the user chose otherwise; to be called before a native library loads its OpenMP.</summary>
    /// <remarks>
    /// Waiting threads would spin and starve every other fit of the process. libgomp reads the choice when it is loaded, from the
    /// C environment, which .NET's own variables do not reach on Unix.
    /// </remarks>
    public static void WaitPassively()
    {
        const string policy = "OMP_WAIT_POLICY", passive = "PASSIVE";
        if (!OperatingSystem.IsWindows()) _ = SetEnvironment(policy, passive, overwrite: 0);
        else if (Environment.GetEnvironmentVariable(policy) is null) Environment.SetEnvironmentVariable(policy, passive);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
