namespace MLPipes.Pipelines;

/// <summary>The link of models that learn log-odds, logits of classes, or the number itself.</summary>
internal static class TaskLink
{
    /// <summary>The link for <paramref name="task"/>.</summary>
    public static ILink Of(MLTask task) => task switch
    {
        MLTask.Binary => new LogisticLink(),
        MLTask.Multiclass => new SoftmaxLink(),
        _ => new IdentityLink(),
    };
}
