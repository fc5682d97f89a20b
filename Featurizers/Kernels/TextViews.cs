using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Which of the two views of free text a trainer gets.</summary>
internal static class TextViews
{
    /// <summary>Many sparse features: for linear trainers.</summary>
    public static bool AreSparse(Needs needs) => needs.HasFlag(Needs.NumericOnly) && !needs.HasFlag(Needs.Dense);

    /// <summary>Few dense features: for trees and whatever needs a modest width.</summary>
    public static bool AreDense(Needs needs) => !AreSparse(needs);
}
