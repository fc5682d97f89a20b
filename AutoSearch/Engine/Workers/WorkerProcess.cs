using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Pipes;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>The study's side of one worker: one fit at a time.</summary>
internal sealed class WorkerProcess : IDisposable
{
    // A busy machine may take seconds to start a process.
    private static readonly TimeSpan startPatience = TimeSpan.FromSeconds(20);
    // A cancelled fit gets this long to stop by itself; the study itself waits a little longer.
    private static readonly TimeSpan cancelGrace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan deadlineGrace = TimeSpan.FromSeconds(1);

    private readonly Process process;
    private readonly NamedPipeServerStream pipe;
    private readonly BlockingCollection<(FrameKind Kind, byte[] Content)?> inbox = [];
    private readonly LastWords lastWords;
    private volatile bool isBroken;

    private WorkerProcess(Process process, NamedPipeServerStream pipe)
    {
        this.process = process;
        this.pipe = pipe;
        Id = process.Id;
        lastWords = new LastWords(process);
    }

    /// <summary>Its process.</summary>
    public int Id { get; }

    /// <summary>Whether it can take a fit.</summary>
    public bool IsUsable => !isBroken && !process.HasExited;

    /// <summary>Numbers of the feature matrices that it has read.</summary>
    public HashSet<int> Seen { get; } = [];

    /// <summary>Starts a worker and waits until it is ready.</summary>
    /// <exception cref="IOException">It could not be started, or ended at once; the message says why.</exception>
    public static WorkerProcess Start(WorkerLaunch launch, string folder, WorkerRoom room, CancellationToken cancel)
    {
        string name = $"mlpipes-{Guid.NewGuid():N}";
        // A path of the scratch folder where sockets may have one: only this user can reach it, and it goes with the folder.
        if (!OperatingSystem.IsWindows() && Path.Combine(folder, name) is { Length: < 100 } path) name = path;
        NamedPipeServerStream pipe = new(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        WorkerProcess? worker = null;
        try
        {
            Process process = Process.Start(launch.Start(name, folder, room.HeapBytes)) ?? throw new IOException($"{launch.Host} did not start");
            worker = new WorkerProcess(process, pipe);
            worker.Meet(room, cancel);
            return worker;
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            pipe.Dispose();
            throw new IOException($"{launch.Host} can't be started: {error.Message}", error);
        }
        catch
        {
            worker?.Dispose();
            pipe.Dispose();
            throw;
        }
    }

    /// <summary>Fits, or raises what the fit raised; returns the model and, where they were asked for, the predictions out of bag.</summary>
    /// <exception cref="WorkerGoneException">The worker had ended before it could take the fit; nothing was tried.</exception>
    public PlainReader Fit(FitRequest request, TrainerCard card, FitContext context)
    {
        try
        {
            Frames.Write(pipe, FrameKind.Fit, request.ToBytes());
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            isBroken = true;
            throw new WorkerGoneException();
        }
        Seen.Add(request.Train.Matrix);
        if (request.Validation is { } validation) Seen.Add(validation.Matrix);
        using CancellationTokenRegistration registration = context.Cancel.Register(() => Post(FrameKind.Cancel));
        return Await(request, card, context);
    }

    /// <summary>Ends the process at once; a fit that it was at raises.</summary>
    public void Kill()
    {
        isBroken = true;
        try
        {
            process.Kill();
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended already.
        }
    }

    public void Dispose()
    {
        Kill();
        // Until the system has taken it back, so that nothing is left of it once the study has ended.
        process.WaitForExit(TimeSpan.FromSeconds(5));
        pipe.Dispose();
        process.Dispose();
    }

    private void Meet(WorkerRoom room, CancellationToken cancel)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(startPatience);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => Abandon(patience);
        try
        {
            if (process.HasExited) patience.Cancel();
            pipe.WaitForConnectionAsync(patience.Token).GetAwaiter().GetResult();
            new Thread(Listen) { IsBackground = true, Name = "mlpipes worker" }.Start();
            using MemoryStream hello = new();
            PlainWriter writer = new(hello);
            PluginAssemblies.Write(writer);
            writer.Long(room.SetBytes);
            Frames.Write(pipe, FrameKind.Hello, hello.GetBuffer().AsSpan(0, (int)hello.Length));
            if (inbox.Take(patience.Token)?.Kind != FrameKind.Ready) throw new IOException(Ending());
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new IOException(process.HasExited ? Ending() : $"it did not answer within {startPatience.TotalSeconds:0} s");
        }
    }

    private static void Abandon(CancellationTokenSource patience)
    {
        try
        {
            patience.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It was met, and ends later.
        }
    }

    private void Listen()
    {
        while (Frames.Read(pipe) is { } frame) inbox.Add(frame);
        inbox.Add(null);
    }

    private PlainReader Await(FitRequest request, TrainerCard card, FitContext context)
    {
        // What keeps its model so far may need a moment to come to an end; what does not, has none to give.
        TimeSpan? limit = request.TimeLeft is { } left ? left + deadlineGrace + (card.KeepsPartial ? left * 0.05 : TimeSpan.Zero) : null;
        long began = TimeProvider.System.GetTimestamp(), cancelled = 0;
        while (true)
        {
            if (cancelled == 0 && context.Cancel.IsCancellationRequested) cancelled = TimeProvider.System.GetTimestamp();
            if (cancelled != 0 && TimeProvider.System.GetElapsedTime(cancelled) > cancelGrace)
            {
                Kill();
                throw new OperationCanceledException(context.Cancel);
            }
            if (limit is { } most && TimeProvider.System.GetElapsedTime(began) > most)
            {
                Kill();
                throw new TimeoutException("the deadline came, and the fit did not stop: its worker process was ended.");
            }
            if (!inbox.TryTake(out (FrameKind Kind, byte[] Content)? frame, millisecondsTimeout: 20)) continue;
            if (frame is not { } answer)
            {
                isBroken = true;
                context.Cancel.ThrowIfCancellationRequested();
                throw new TrainingException(card.Key, Ending());
            }
            switch (answer.Kind)
            {
                case FrameKind.Model: return new PlainReader(answer.Content, "a worker's model");
                case FrameKind.Failure: throw FitFailure.From(answer.Content).ToException(context);
                case FrameKind.Progress: Tell(context.Progress, answer.Content); break;
            }
        }
    }

    private static void Tell(IProgress<FitProgress>? progress, byte[] content)
    {
        PlainReader reader = new(content, "a fit's progress");
        progress?.Report(new FitProgress(reader.Double(), reader.Double(), reader.String()));
    }

    private void Post(FrameKind kind)
    {
        try
        {
            Frames.Write(pipe, kind, []);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It has ended; who waits for its answer sees that.
        }
    }

    /// <summary>How the process ended, in words.</summary>
    private string Ending()
    {
        if (!process.WaitForExit(TimeSpan.FromSeconds(5))) return "its worker process closed its connection and hangs.";
        int code = process.ExitCode;
        string how = code switch
        {
            0 => "its worker process ended without an answer (exit code 0)",
            134 => "its worker process was aborted (exit code 134, SIGABRT)",
            137 => "its worker process was killed (exit code 137, SIGKILL), probably by the system for want of memory",
            139 => "its worker process crashed in native code (exit code 139, a segmentation fault)",
            unchecked((int)0xC0000005) => "its worker process crashed in native code (an access violation)",
            _ => $"its worker process ended with exit code {code} and no answer",
        };
        return lastWords.Text is { Length: > 0 } words ? $"{how}: {words}" : $"{how}.";
    }
}
