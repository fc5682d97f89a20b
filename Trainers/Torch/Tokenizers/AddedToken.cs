namespace MLPipes.Trainers.Torch;

/// <summary>A token that stands in a text as it is spelled, and is never cut.</summary>
/// <param name="Content">Its spelling, not empty.</param>
/// <param name="Id">Its id.</param>
/// <param name="IsSpecial">It carries no text: [CLS], &lt;mask&gt;.</param>
/// <param name="Normalized">It is looked for in the normalized text, in its own normalized spelling.</param>
/// <param name="SingleWord">It counts only between characters that are not of words.</param>
/// <param name="StripsLeft">White space before it belongs to it.</param>
/// <param name="StripsRight">White space behind it belongs to it.</param>
internal sealed record AddedToken(string Content, int Id, bool IsSpecial, bool Normalized = false, bool SingleWord = false, bool StripsLeft = false, bool StripsRight = false);
