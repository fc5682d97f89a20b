using MLPipes.Pipelines;

namespace MLPipes.Tests.Models;

[TestClass]
public sealed class AdditiveModelTests
{
    private static AdditiveModel Model => new(4,
        [
            new AdditiveTerm { Feature = 2, UpperBounds = [0, 1, 2], Effects = [1, 2, 3, 4], MissingEffect = -1 },
            new AdditiveTerm { Feature = 0, UpperBounds = [], Effects = [10], MissingEffect = 20 },
        ], intercept: 0.5, new LogisticLink());

    [TestMethod]
    [DataRow(-5f, 1)]
    [DataRow(0f, 1)]
    [DataRow(0.001f, 2)]
    [DataRow(1f, 2)]
    [DataRow(2f, 3)]
    [DataRow(2.5f, 4)]
    [DataRow(float.PositiveInfinity, 4)]
    [DataRow(float.NaN, -1)]
    public void A_value_takes_the_effect_of_its_bin(float value, int effect) =>
        Assert.AreEqual(10.5f + effect, ModelChecks.ScoreOne(Model, 0, 9, value, 9));

    [TestMethod]
    public void A_missing_value_of_a_feature_with_one_bin_has_its_own_effect() => Assert.AreEqual(21.5f, ModelChecks.ScoreOne(Model, float.NaN, 0, 0, 0));

    [TestMethod]
    public void Holds_what_every_model_must() => ModelChecks.Holds(Model, Rows.Random(4, 90));

    [TestMethod]
    public void Rounds_are_kept_and_files_from_before_them_are_read()
    {
        AdditiveModel model = new(4, Model.Terms, 0.5, new LogisticLink()) { Rounds = 37 };
        byte[] bytes = ModelChecks.Save(model);
        // The first layout: the same without the mark and the rounds, which stand behind the part's name.
        int mark = bytes.AsSpan().IndexOf(BitConverter.GetBytes(-2));
        byte[] old = [.. bytes[..mark], .. bytes[(mark + 8)..]];

        Assert.AreEqual(37, ModelChecks.Load<AdditiveModel>(bytes).Rounds);
        AdditiveModel first = ModelChecks.Load<AdditiveModel>(old);
        Assert.AreEqual(0, first.Rounds);
        Assert.AreEqual(ModelChecks.ScoreOne(model, 1, 9, 1, 9), ModelChecks.ScoreOne(first, 1, 9, 1, 9));
    }

    [TestMethod]
    public void Random_bins_agree_with_a_plain_search()
    {
        Random random = new(2);
        for (int bounds = 0; bounds < 40; bounds++)
        {
            float[] upper = [.. Enumerable.Range(0, bounds).Select(_ => (float)random.Next(100)).Distinct().Order()];
            AdditiveTerm term = new() { Feature = 0, UpperBounds = upper, Effects = [.. Enumerable.Range(0, upper.Length + 1).Select(i => (double)i)] };
            for (float value = -1; value < 101; value += 0.5f) Assert.AreEqual(upper.Count(u => u < value), (int)term.EffectOf(value));
        }
    }

    [TestMethod]
    public void Broken_terms_are_refused()
    {
        Refuses(new AdditiveTerm { Feature = 4, UpperBounds = [], Effects = [0] });
        Refuses(new AdditiveTerm { Feature = 0, UpperBounds = [1], Effects = [0] });
        Refuses(new AdditiveTerm { Feature = 0, UpperBounds = [1, 1], Effects = [0, 0, 0] });
        Refuses(new AdditiveTerm { Feature = 0, UpperBounds = [float.PositiveInfinity], Effects = [0, 0] });
        Refuses(new AdditiveTerm { Feature = 2, UpperBounds = [], Effects = [0] }, new AdditiveTerm { Feature = 2, UpperBounds = [], Effects = [0] });

        static void Refuses(params AdditiveTerm[] terms) => Assert.ThrowsExactly<ArgumentException>(() => new AdditiveModel(4, terms, 0, null));
    }
}
