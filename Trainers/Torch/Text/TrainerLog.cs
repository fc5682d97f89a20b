using System.Globalization;
using Microsoft.ML.Runtime;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Where an estimator of ML.NET's catalogs says what it does: the log of its context; nowhere without one.</summary>
internal sealed class TrainerLog(IHostEnvironment? environment, string trainer) : IProgress<FitProgress>
{
    /// <summary>Says what is done.</summary>
    public void Info(string line) => Write(channel => channel.Info(MessageSensitivity.None, "{0}", line));

    /// <summary>Says what the user should look at.</summary>
    public void Warn(string line) => Write(channel => channel.Warning(MessageSensitivity.None, "{0}", line));

    /// <summary>Says how far a fit is.</summary>
    public void Report(FitProgress value) => Info(string.Create(CultureInfo.InvariantCulture, $"{value.What}: {value.Done:P0} done"));

    private void Write(Action<IChannel> write)
    {
        if (environment is null) return;
        using IChannel channel = environment.Start(trainer);
        write(channel);
    }
}
