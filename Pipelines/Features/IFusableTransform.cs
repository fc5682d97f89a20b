namespace MLPipes.Pipelines;

/// <summary>A transform that can do the work of several of its kind in one step, so that a row of many columns costs few calls.</summary>
public interface IFusableTransform : ITransform
{
    /// <summary>One transform that writes the features of <paramref name="all"/> one after another, reading their inputs one after another.</summary>
    /// <param name="all">Transforms of the same type as this one, this one among them, in the order of their features.</param>
    ITransform Fuse(IReadOnlyList<ITransform> all);
}
