using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class MixedTagModelTests
{
    [TestMethod]
    public void A_mix_has_the_mean_probabilities_of_its_parts_and_comes_back_from_a_file()
    {
        EntityDocuments train = Names.Sentences(60, 1);
        TagSet tags = TagSet.Of(train.Labels, TagScheme.Bioes);
        EntityTagger first = ((IEntityTrainer)new CrfEntityTrainer { Epochs = 2 }).Fit(train, null, null, tags: tags), second = ((IEntityTrainer)new CrfEntityTrainer { Epochs = 1, L2 = 50 }).Fit(train, null, null, tags: tags);
        ITagModel mixed = new MixedTagModel([first.Model, second.Model], [3, 1]);
        using MemoryStream stream = new();
        new PlainWriter(stream).Part(mixed);
        ITagModel loaded = new PlainReader(stream.ToArray(), "test").Part<ITagModel>();
        WordRun[] runs = [.. Names.Sentences(10, 2).SelectMany(d => WordRun.Of(d))];

        double[][] a = first.Model.Probabilities(runs, 1, default), b = second.Model.Probabilities(runs, 1, default);
        float[][] found = mixed.Emissions(runs, 1, default), again = loaded.Emissions(runs, 1, default);

        for (int run = 0; run < runs.Length; run++)
        {
            for (int i = 0; i < a[run].Length; i++) Assert.AreEqual(Math.Max(1e-9, (0.75 * a[run][i]) + (0.25 * b[run][i])), Math.Exp(found[run][i]), 1e-6);
            CollectionAssert.AreEqual(found[run], again[run]);
        }
    }

    [TestMethod]
    public void Models_of_other_tags_and_weights_that_are_none_are_refused()
    {
        ITagModel people = ((IEntityTrainer)new CrfEntityTrainer { Epochs = 1 }).Fit(Names.Sentences(10, 1), null, null).Model,
            other = ((IEntityTrainer)new CrfEntityTrainer { Epochs = 1 }).Fit(new EntityDocuments([EntityDocument.OfWords(["a"], ["B-X"])]), null, null).Model;

        Assert.ThrowsExactly<ArgumentException>(() => new MixedTagModel([people, other], [1, 1]));
        Assert.ThrowsExactly<ArgumentException>(() => new MixedTagModel([people], [0]));
        Assert.ThrowsExactly<ArgumentException>(() => new MixedTagModel([people], [double.NaN]));
        Assert.ThrowsExactly<ArgumentException>(() => new MixedTagModel([], []));
    }
}
