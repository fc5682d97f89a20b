using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLPipes.Pipelines;

/// <summary>The few members of ML.NET 5.0.1 that an estimator of one's own needs and that are internal, reached without reflection.</summary>
/// <remarks>Each has a test, so that a new ML.NET that moves one of them is noticed at once. Nothing else internal is touched.</remarks>
public static class MLNetInterop
{
    /// <summary>A column of a schema shape: what an estimator promises before it sees data.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="kind">Whether cells are single values or vectors.</param>
    /// <param name="itemType">The type of a value.</param>
    /// <param name="isKey">Whether values are keys into a dictionary.</param>
    /// <param name="annotations">What is known about the column beside its type; null for nothing.</param>
    public static SchemaShape.Column ShapeColumn(
        string name, SchemaShape.Column.VectorKind kind, DataViewType itemType, bool isKey = false, SchemaShape? annotations = null) =>
        NewColumn(name, kind, itemType, isKey, annotations);

    /// <summary>The shape of a schema that is known in full.</summary>
    public static SchemaShape ShapeOf(DataViewSchema schema) => CreateShape(null, schema);

    /// <summary>
    /// Asks all that <paramref name="context"/> runs to end, by <see cref="OperationCanceledException"/>; the context can't be used afterwards.
    /// </summary>
    public static void Cancel(MLContext context) => CancelExecution(context);

    /// <summary>The context that trainers of a catalog run in: where they log.</summary>
    public static IHostEnvironment EnvironmentOf(TrainCatalogBase.CatalogInstantiatorBase trainers) => Environment(Owner(trainers));

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Owner")]
    private static extern TrainCatalogBase Owner(TrainCatalogBase.CatalogInstantiatorBase trainers);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Environment")]
    private static extern IHostEnvironment Environment(TrainCatalogBase catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern SchemaShape.Column NewColumn(
        string name, SchemaShape.Column.VectorKind kind, DataViewType itemType, bool isKey, SchemaShape? annotations);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "Create")]
    private static extern SchemaShape CreateShape(SchemaShape? none, DataViewSchema schema);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CancelExecution")]
    private static extern void CancelExecution(MLContext context);
}
