using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace MLPipes.Pipelines;

/// <summary>The few members of ML.NET that we need and that it keeps internal; checked against Microsoft.ML 5.0.1.</summary>
public static class MLNetInterop
{
    /// <summary>Tells everything that runs under <paramref name="ml"/> to end; it then raises <see cref="OperationCanceledException"/>.</summary>
    public static void Cancel(MLContext ml) => CancelExecution(ml);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CancelExecution")]
    private static extern void CancelExecution(MLContext ml);
}
