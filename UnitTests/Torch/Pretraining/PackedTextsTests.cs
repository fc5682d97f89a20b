using FsCheck;
using FsCheck.Fluent;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class PackedTextsTests
{
    private static readonly SpecialTokens special = new(Pad: 0, Unknown: 1, Start: 2, Separator: 3, Mask: 4, DoubleSeparator: false, UsesTypeIds: true);

    private static string[] Packed(int maxLength, params int[][] texts)
    {
        PackedTexts packed = PackedTexts.Of(texts, special, maxLength);
        return [.. Enumerable.Range(0, packed.Count).Select(s => string.Join(' ', packed[s].ToArray()))];
    }

    [TestMethod]
    public void Texts_follow_each_other_with_a_separator_behind_each() =>
        CollectionAssert.AreEqual((string[])["2 10 11 3 12 3"], Packed(10, [10, 11], [12]));

    [TestMethod]
    public void A_text_that_does_not_fit_goes_on_in_the_next_sequence() =>
        CollectionAssert.AreEqual((string[])["2 10 11 12 13 3", "2 14 3 15 16 3", "2 17 3"], Packed(6, [10, 11, 12, 13, 14], [15, 16, 17]));

    [TestMethod]
    public void Empty_texts_leave_no_trace() => CollectionAssert.AreEqual((string[])["2 10 3"], Packed(6, [], [10], []));

    [TestMethod]
    public void Every_token_is_there_once_and_no_sequence_is_too_long() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(int Seed, byte Length)>(), c =>
        {
            Random random = new(c.Seed);
            int maxLength = 4 + (c.Length % 30);
            int next = 10;
            int[][] texts = [.. Enumerable.Range(0, random.Next(20)).Select(_ => Enumerable.Range(0, random.Next(50)).Select(_ => next++).ToArray())];

            PackedTexts packed = PackedTexts.Of(texts, special, maxLength);

            int[][] sequences = [.. Enumerable.Range(0, packed.Count).Select(s => packed[s].ToArray())];
            return sequences.SelectMany(s => s).Where(t => t >= 10).SequenceEqual(texts.SelectMany(t => t))
                && sequences.All(s => s.Length <= maxLength && s.Length >= 3 && s[0] == special.Start && s[^1] == special.Separator && s[1] >= 10)
                && sequences.SkipLast(1).All(s => s.Length >= maxLength - 1);
        }).QuickCheckThrowOnFailure();
}
