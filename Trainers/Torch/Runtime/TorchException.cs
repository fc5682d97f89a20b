namespace MLPipes.Trainers.Torch;

/// <summary>libtorch can't be used as asked, an encoder's files are damaged or do not fit, or an encoder can't be had.</summary>
/// <param name="message">What, where, found, expected and the next step.</param>
/// <param name="inner">What it comes from; null for nothing.</param>
public sealed class TorchException(string message, Exception? inner = null) : MLPipesException(message, inner);
