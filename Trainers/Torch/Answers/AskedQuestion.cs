namespace MLPipes.Trainers.Torch;

/// <summary>A question over a context with its answer.</summary>
/// <param name="Question">The question.</param>
/// <param name="Context">The text that holds the answer.</param>
/// <param name="Answer">The answer's words.</param>
/// <param name="Start">Where they begin in the context, in UTF-16 units.</param>
internal sealed record AskedQuestion(string Question, string Context, string Answer, int Start);
