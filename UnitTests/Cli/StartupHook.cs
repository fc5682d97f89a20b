using MLPipes.Trainers.Torch;
using TorchSharp;

#pragma warning disable CA1050 // The runtime looks for a startup hook by this name, without a namespace.

/// <summary>
/// Run by the runtime in a process of the command before its own code, where DOTNET_STARTUP_HOOKS names this assembly: once libtorch is loaded, threads
/// compute with it for ever, as a fit does that did not listen when its time was over.
/// </summary>
internal static class StartupHook
{
    private const int Size = 400, Fits = 3;

    public static void Initialize()
    {
        for (int i = 0; i < Fits; i++) new Thread(Compute) { IsBackground = true }.Start();
    }

    private static void Compute()
    {
        using ManualResetEvent never = new(false);
        while (!TorchRuntime.IsLoaded) never.WaitOne(5);
        using torch.Tensor numbers = torch.rand(Size, Size);
        while (true) using (torch.Tensor product = numbers.mm(numbers).softmax(1)) { }
    }
}
