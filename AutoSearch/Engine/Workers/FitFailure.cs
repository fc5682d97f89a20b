using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>How a fit in a worker failed, so that the study sees what it would have seen in its own process.</summary>
internal sealed record FitFailure(FitFailure.Cause Why, string Type, string Message)
{
    internal enum Cause
    {
        Cancelled,
        OutOfTime,
        OutOfMemory,
        Own,
        Other,
    }

    /// <summary>The failure that <paramref name="error"/> is, in a fit under <paramref name="cancel"/>.</summary>
    public static FitFailure Of(Exception error, CancellationToken cancel) => new(
        error switch
        {
            OperationCanceledException or AggregateException when cancel.IsCancellationRequested => Cause.Cancelled,
            TimeoutException => Cause.OutOfTime,
            OutOfMemoryException => Cause.OutOfMemory,
            MLPipesException => Cause.Own,
            _ => Cause.Other,
        }, error.GetType().Name, error.Message);

    /// <summary>The same as an exception of this process.</summary>
    public Exception ToException(FitContext context)
    {
        // The first part of a message of ours names the trainer.
        int colon = Message.IndexOf(": ", StringComparison.Ordinal);
        return Why switch
        {
            Cause.Cancelled => new OperationCanceledException(context.Cancel),
            Cause.OutOfTime => new TimeoutException(Message),
            Cause.Own when colon > 0 => new TrainingException(Message[..colon], Message[(colon + 2)..]),
            _ => new TrainingException(Type, Message),
        };
    }

    /// <summary>The failure as bytes.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream bytes = new();
        PlainWriter writer = new(bytes);
        writer.Int((int)Why);
        writer.String(Type);
        writer.String(Message);
        return bytes.ToArray();
    }

    /// <summary>The failure in <paramref name="content"/>.</summary>
    public static FitFailure From(byte[] content)
    {
        PlainReader reader = new(content, "a fit's failure");
        return new FitFailure((Cause)reader.Int(), reader.String(), reader.String());
    }
}
