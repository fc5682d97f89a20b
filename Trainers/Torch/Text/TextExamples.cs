namespace MLPipes.Trainers.Torch;

/// <summary>Rows of text with what is to be learned from them.</summary>
/// <param name="Task">What is learned.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Targets">[rows]: class index, or the number as the network gives it.</param>
/// <param name="Weights">[rows], of mean 1; empty for equal ones.</param>
internal sealed record TextExamples(MLTask Task, TextRows Rows, float[] Targets, float[] Weights);
