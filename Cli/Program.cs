using System.Runtime.InteropServices;
using MLPipes.Cli;
using MLPipes.Trainers.Torch;

using CancellationTokenSource stop = new();
// The first Ctrl+C (or a polite kill) asks for the best so far; the second ends the process.
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
int code = await CommandLine.RunAsync(args, Terminal.OfProcess(stop.Token)).ConfigureAwait(false);
if (TorchRuntime.IsLoaded) ProcessEnd.Now(code);
return code;

void Stop(PosixSignalContext context)
{
    if (stop.IsCancellationRequested) return;
    context.Cancel = true;
    stop.Cancel();
}
