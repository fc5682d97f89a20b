namespace MLPipes.Trainers.Torch;

/// <summary>A question and a part of its context as an encoder reads them.</summary>
/// <param name="Tokens">The sequence.</param>
/// <param name="ContextAt">Place of the part's first token in the sequence.</param>
/// <param name="First">The part's first token among the context's.</param>
/// <param name="Count">The part's tokens.</param>
/// <param name="Start">Place in the sequence where the answer begins; 0, the first special token, where it is not in this part.</param>
/// <param name="End">Place of the answer's last token, as <paramref name="Start"/>.</param>
internal readonly record struct AnswerWindow(TextWindow Tokens, int ContextAt, int First, int Count, int Start, int End);
