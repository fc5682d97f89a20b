using FsCheck;
using FsCheck.Fluent;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Texts put together as encoders expect them.</summary>
[TestClass]
public sealed class TokenSequenceTests
{
    private static readonly SpecialTokens bert = new(0, 1, 2, 3, 4, DoubleSeparator: false, UsesTypeIds: true);
    private static readonly SpecialTokens roberta = new(1, 3, 0, 2, 4, DoubleSeparator: true, UsesTypeIds: false);

    private static (string Ids, string Types) Pair(int[] first, int[] second, SpecialTokens special, int maxLength)
    {
        long[] ids = new long[TokenSequence.PairLength(first.Length, second.Length, special, maxLength)], types = new long[ids.Length];
        Assert.AreEqual(ids.Length, TokenSequence.WritePair(first, second, special, maxLength, ids, types));
        return (string.Join(' ', ids), string.Join(' ', types));
    }

    [TestMethod]
    [DataRow(100, "2 11 12 13 3")]
    [DataRow(5, "2 11 12 13 3")]
    [DataRow(4, "2 11 12 3")]
    [DataRow(3, "2 11 3")]
    public void A_text_is_cut_at_its_end(int maxLength, string expected)
    {
        long[] ids = new long[TokenSequence.Length(3, bert, maxLength)];

        int count = TokenSequence.Write([11, 12, 13], bert, maxLength, ids);

        Assert.AreEqual(expected, string.Join(' ', ids[..count]));
    }

    [TestMethod]
    public void Pairs_are_put_together_as_BERT_and_RoBERTa_do()
    {
        Assert.AreEqual(("2 11 12 3 21 3", "0 0 0 0 1 1"), Pair([11, 12], [21], bert, 100));
        Assert.AreEqual(("0 11 12 2 2 21 2", "0 0 0 0 0 0 0"), Pair([11, 12], [21], roberta, 100));
        Assert.AreEqual(("2 3 3", "0 0 1"), Pair([], [], bert, 100));
    }

    // Cut to equal halves, the odd token goes to the text that was longer, to the second of equals.
    [TestMethod]
    [DataRow(10, 2, 8, 6, 2)]
    [DataRow(2, 10, 8, 2, 6)]
    [DataRow(10, 10, 8, 4, 4)]
    [DataRow(10, 10, 7, 3, 4)]
    [DataRow(12, 10, 7, 4, 3)]
    [DataRow(3, 3, 6, 3, 3)]
    [DataRow(0, 9, 4, 0, 4)]
    public void The_longer_text_of_a_pair_is_cut_first(int first, int second, int room, int expectedFirst, int expectedSecond) =>
        Assert.AreEqual((expectedFirst, expectedSecond), TokenSequence.CutPair(first, second, room));

    [TestMethod]
    public void A_cut_pair_fills_its_room() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte First, byte Second, byte Room)>(), c =>
        {
            (int first, int second) = TokenSequence.CutPair(c.First, c.Second, c.Room);
            return first >= 0 && second >= 0 && first <= c.First && second <= c.Second && first + second == Math.Min(c.Room, c.First + c.Second);
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Windows_cover_all_tokens_overlap_and_are_full() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Tokens, byte Room, byte Overlap)>(), c =>
        {
            int room = c.Room + 1, overlap = c.Overlap % room;
            (int Start, int End)[] windows = [.. TokenSequence.Windows(c.Tokens, room, overlap).Select(w => (w.Start.Value, w.End.Value))];
            bool joined = windows[0].Start == 0 && windows[^1].End == c.Tokens;
            for (int i = 1; i < windows.Length; i++)
                joined &= windows[i].Start > windows[i - 1].Start && windows[i - 1].End - windows[i].Start >= overlap && windows[i].End - windows[i].Start == room;
            return joined && windows.All(w => w.End - w.Start <= room);
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void A_length_without_room_for_a_token_is_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TokenSequence.Length(3, bert, 2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TokenSequence.PairLength(3, 3, roberta, 4));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TokenSequence.Windows(3, 0, 0));
    }
}
