using System.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class AdaptationTests
{
    private static readonly AdaptationOptions options = new() { Rank = 2, Alpha = 4, Dropout = 0, VirtualTokens = 3, ProjectionSize = 5, BottleneckSize = 8, BehindAttention = true };

    [ClassInitialize]
    public static void Load(TestContext _) => TorchRuntime.Load();

    public static IEnumerable<object[]> All => Enum.GetValues<Adaptation>().Select(a => new object[] { a });

    public static IEnumerable<object[]> Added => All.Where(a => (Adaptation)a[0] is not (Adaptation.Full or Adaptation.HeadOnly));

    public static IEnumerable<object[]> KindsAndAdded => EncoderCases.Kinds.SelectMany(k => Added.Select(a => new[] { k[0], a[0] }));

    private static TextEncoder Encoder(string kind = "Bert") => TextEncoder.Create(EncoderCases.Tiny(kind), seed: 3);

    private static Tensor Run(TextEncoder encoder)
    {
        (Tensor ids, Tensor mask) = EncoderCases.Pad([EncoderCases.Text(6, 1), EncoderCases.Text(11, 2)], encoder.Config.PadToken);
        return encoder.forward(ids, mask, null).narrow(1, 0, 6);
    }

    private static float[] Output(TextEncoder encoder)
    {
        using var quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return EncoderCases.Floats(Run(encoder));
    }

    /// <summary>Steps down the gradient; returns that of the last one by weight.</summary>
    private static Dictionary<string, float[]> Train(TextEncoder encoder, IAdaptation adaptation, int steps = 3, double rate = 0.05, int planned = 0)
    {
        Dictionary<string, float[]> last = [];
        for (int step = 0; step < steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor factors = arange(2 * 6 * 12, ScalarType.Float32).mul(1.7).sin().view(2, 6, 12);
            Tensor loss = (Run(encoder) * factors).sum();
            if (adaptation.Penalty() is { } penalty) loss = loss + penalty;
            loss.backward();
            adaptation.BeforeUpdate(step, planned == 0 ? steps : planned);
            using var quiet = no_grad();
            foreach (TrainedWeight weight in adaptation.Trained)
            {
                if (weight.Value.grad is not { } gradient) continue;
                last[weight.Name] = EncoderCases.Floats(gradient);
                weight.Value.sub_(gradient.mul(rate));
                gradient.zero_();
            }
        }
        return last;
    }

    private static void AreClose(float[] expected, float[] found, double tolerance)
    {
        for (int i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], found[i], tolerance);
    }

    [TestMethod]
    [DataRow(Adaptation.Full), DataRow(Adaptation.HeadOnly), DataRow(Adaptation.BitFit), DataRow(Adaptation.LoRA), DataRow(Adaptation.AdaLora), DataRow(Adaptation.Bottleneck)]
    public void Changes_nothing_at_first(Adaptation kind)
    {
        using TextEncoder encoder = Encoder();
        float[] before = Output(encoder);

        using IAdaptation adaptation = Adaptations.Create(kind, options);
        adaptation.Attach(encoder, seed: 1);

        AreClose(before, Output(encoder), 1e-6);
    }

    [TestMethod, DynamicData(nameof(KindsAndAdded))]
    public void Learns_while_the_rest_stays_bit_for_bit(string kind, Adaptation adapted)
    {
        using TextEncoder encoder = Encoder(kind), original = Encoder(kind);
        using IAdaptation adaptation = Adaptations.Create(adapted, options);
        adaptation.Attach(encoder, seed: 1);
        float[] before = Output(encoder);

        Dictionary<string, float[]> gradients = Train(encoder, adaptation);

        foreach (TrainedWeight weight in ParameterGroups.Of(encoder, adaptation))
            Assert.IsTrue(gradients.TryGetValue(weight.Name, out float[]? gradient) && gradient.Any(g => g != 0), $"{weight.Name} has no gradient");
        HashSet<string> learned = [.. adaptation.Trained.Select(w => w.Name)];
        foreach ((string name, Parameter weight) in encoder.Weights.Where(w => !learned.Contains(w.Key)))
        {
            Assert.IsNull(weight.grad, name);
            CollectionAssert.AreEqual(EncoderCases.Floats(original.Weights[name]), EncoderCases.Floats(weight), name);
        }
        Assert.IsTrue(before.Zip(Output(encoder)).Any(p => Math.Abs(p.First - p.Second) > 1e-6));
    }

    [TestMethod, DynamicData(nameof(KindsAndAdded))]
    public void Stored_alone_and_loaded_gives_the_same(string kind, Adaptation adapted)
    {
        using EncoderCases.Folder folder = new();
        using TextEncoder encoder = Encoder(kind), fresh = Encoder(kind);
        using IAdaptation adaptation = Adaptations.Create(adapted, options);
        adaptation.Attach(encoder, seed: 1);
        Train(encoder, adaptation, steps: 12);
        float[] expected = Output(encoder);
        Adaptations.Save(adaptation, encoder, folder.Path, "base");

        using IAdaptation loaded = Adaptations.Load(folder.Path, fresh);

        Assert.AreEqual(adapted, loaded.Kind);
        AreClose(expected, Output(fresh), 1e-5);
    }

    [TestMethod, DynamicData(nameof(KindsAndAdded))]
    public void In_a_bundle_it_comes_back_the_same(string kind, Adaptation adapted)
    {
        using TextEncoder encoder = Encoder(kind), fresh = Encoder(kind);
        using IAdaptation adaptation = Adaptations.Create(adapted, options);
        adaptation.Attach(encoder, seed: 1);
        Train(encoder, adaptation);
        using MemoryStream stream = new();
        AdapterParts.Of(adaptation).Write(new Pipelines.PlainWriter(stream));

        using IAdaptation read = AdapterParts.Read(new Pipelines.PlainReader(stream.ToArray(), "model")).Attach(fresh);

        AreClose(Output(encoder), Output(fresh), 1e-5);
    }

    [TestMethod]
    [DataRow("Bert", Adaptation.LoRA), DataRow("Albert", Adaptation.LoRA), DataRow("MpNet", Adaptation.AdaLora), DataRow("Bert", Adaptation.BitFit)]
    public void Merged_gives_what_it_gave_beside_the_weights(string kind, Adaptation adapted)
    {
        using TextEncoder encoder = Encoder(kind);
        IAdaptation adaptation = Adaptations.Create(adapted, options);
        adaptation.Attach(encoder, seed: 1);
        Train(encoder, adaptation, steps: 12);
        float[] expected = Output(encoder), held;
        using (encoder.HoldWeights()) held = Output(encoder);

        adaptation.Merge();

        AreClose(expected, held, 1e-5);
        AreClose(expected, Output(encoder), 1e-5);
        Assert.IsTrue(encoder.Layers.All(layer => layer.Linears.All(linear => linear.Adapter is null)));
    }

    [TestMethod]
    [DataRow(Adaptation.Bottleneck), DataRow(Adaptation.Prefix), DataRow(Adaptation.Prompt)]
    public void What_cannot_be_merged_says_so_and_is_kept_under_held_weights(Adaptation adapted)
    {
        using TextEncoder encoder = Encoder();
        using IAdaptation adaptation = Adaptations.Create(adapted, options);
        adaptation.Attach(encoder, seed: 1);
        Train(encoder, adaptation);
        float[] expected = Output(encoder), held;

        using (encoder.HoldWeights()) held = Output(encoder);

        AreClose(expected, held, 1e-5);
        Assert.IsFalse(adaptation.IsMergeable);
        Assert.Throws<InvalidOperationException>(adaptation.Merge);
    }

    [TestMethod, DynamicData(nameof(Added))]
    public void Taken_off_the_encoder_is_as_before(Adaptation adapted)
    {
        if (adapted == Adaptation.BitFit) return;
        using TextEncoder encoder = Encoder();
        float[] before = Output(encoder);
        IAdaptation adaptation = Adaptations.Create(adapted, options);
        adaptation.Attach(encoder, seed: 1);
        Train(encoder, adaptation);

        adaptation.Dispose();

        CollectionAssert.AreEqual(before, Output(encoder));
    }

    [TestMethod, DynamicData(nameof(Added))]
    public void Layers_computed_again_give_adapters_the_same_gradients(Adaptation adapted)
    {
        using TextEncoder plain = Encoder(), again = Encoder();
        again.RecomputesLayers = true;
        using IAdaptation first = Adaptations.Create(adapted, options with { Dropout = 0.3 }), second = Adaptations.Create(adapted, options with { Dropout = 0.3 });
        first.Attach(plain, seed: 1);
        second.Attach(again, seed: 1);
        foreach (TextEncoder encoder in new[] { plain, again })
        {
            encoder.Noise = new NoiseSource(5);
            encoder.train();
        }

        Dictionary<string, float[]> expected = Train(plain, first), found = Train(again, second);

        foreach ((string name, float[] gradient) in expected) AreClose(gradient, found[name], 1e-3 * (1 + gradient.Max(Math.Abs)));
    }

    [TestMethod, DynamicData(nameof(Added))]
    public void Works_in_bfloat16(Adaptation adapted)
    {
        using TextEncoder encoder = Encoder();
        using IAdaptation adaptation = Adaptations.Create(adapted, options);
        adaptation.Attach(encoder, seed: 1);
        Train(encoder, adaptation);
        float[] exact = Output(encoder);
        encoder.Precision = Precision.BFloat16;

        Dictionary<string, float[]> gradients = Train(encoder, adaptation, steps: 1, rate: 0);

        AreClose(exact, Output(encoder), 0.2);
        Assert.IsTrue(gradients.Values.All(g => g.All(float.IsFinite)));
    }

    [TestMethod]
    public void Lora_trains_the_share_that_its_rank_says()
    {
        using TextEncoder encoder = Encoder();
        using IAdaptation adaptation = Adaptations.Create(Adaptation.LoRA, options with { Linears = AdaptedLinears.QueryValue });
        adaptation.Attach(encoder, seed: 1);

        double share = Adaptations.TrainedShare(encoder, adaptation);

        int added = 3 * 2 * 2 * (12 + 12);
        Assert.AreEqual(added / (double)(added + encoder.Weights.Values.Sum(w => w.numel())), share, 1e-12);
    }

    [TestMethod]
    public void Full_and_head_only_learn_all_and_nothing()
    {
        using TextEncoder encoder = Encoder();
        using IAdaptation full = Adaptations.Create(Adaptation.Full, options), none = Adaptations.Create(Adaptation.HeadOnly, options);
        full.Attach(encoder, 1);
        Assert.AreEqual(1, Adaptations.TrainedShare(encoder, full));

        none.Attach(encoder, 1);

        Assert.AreEqual(0, Adaptations.TrainedShare(encoder, none));
        Assert.IsFalse(encoder.parameters().Any(p => p.requires_grad));
    }

    [TestMethod]
    public void Groups_rise_from_the_embeddings_and_leave_the_pooler_out()
    {
        using TextEncoder encoder = Encoder();
        using IAdaptation full = Adaptations.Create(Adaptation.Full, options);
        full.Attach(encoder, 1);

        IReadOnlyList<TrainedWeight> groups = ParameterGroups.Of(encoder, full);

        Assert.AreSequenceEqual([0, 1, 2, 3], groups.Select(g => g.Depth).Distinct());
        Assert.HasCount(groups.Count + 2, ParameterGroups.Of(encoder, full, usesPooler: true));
        Assert.IsFalse(groups.Single(g => g.Name == "encoder.layer.0.output.LayerNorm.weight").Decays);
        Assert.IsGreaterThan(groups[^1].Depth, ParameterGroups.HeadDepth(encoder));
    }

    [TestMethod]
    public void Reads_what_peft_writes_for_a_classifier()
    {
        using EncoderCases.Folder folder = new();
        using TextEncoder encoder = Encoder();
        Random random = new(1);
        List<(string, long[], float[])> saved = [];
        foreach (EncoderLayer layer in encoder.Layers)
        {
            foreach (EncoderLinear linear in new[] { layer.Query, layer.Value })
            {
                saved.Add(($"base_model.model.bert.{linear.Name}.lora_A.weight", [2, 12], Values(24)));
                saved.Add(($"base_model.model.bert.{linear.Name}.lora_B.weight", [12, 2], Values(24)));
            }
        }
        SafetensorsWriter.Write(Path.Combine(folder.Path, "adapter_model.safetensors"), saved, null);
        File.WriteAllText(Path.Combine(folder.Path, "adapter_config.json"),
            """{"peft_type": "LORA", "task_type": "SEQ_CLS", "r": 2, "lora_alpha": 6, "lora_dropout": 0.1, "bias": "none", "target_modules": ["value", "query"], "modules_to_save": null}""");

        IAdaptation adaptation = Adaptations.Load(folder.Path, encoder);
        adaptation.Merge();

        using TextEncoder original = Encoder();
        float[] before = EncoderCases.Floats(original.Layers[2].Value.Weight), after = EncoderCases.Floats(encoder.Layers[2].Value.Weight);
        (float[] a, float[] b) = (saved[^2].Item3, saved[^1].Item3);
        for (int o = 0; o < 12; o++)
        {
            for (int i = 0; i < 12; i++) Assert.AreEqual(before[o * 12 + i] + 3 * (b[o * 2] * a[i] + b[o * 2 + 1] * a[12 + i]), after[o * 12 + i], 1e-5);
        }

        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    [TestMethod]
    [DataRow("""{"peft_type": "IA3"}""", "'IA3'")]
    [DataRow("""{"peft_type": "LORA", "r": 0}""", "r: found 0")]
    [DataRow("""{"peft_type": "LORA", "r": 1e9}""", "r: found 1e9")]
    [DataRow("""{"peft_type": "LORA", "bias": "all"}""", "'all'")]
    [DataRow("""{"peft_type": "LORA", "target_modules": ["pooler"]}""", "pooler")]
    [DataRow("""{"peft_type": 5}""", "can't be read")]
    [DataRow("""[]""", "can't be read")]
    [DataRow("""{""", "can't be read")]
    public void Refuses_what_it_does_not_know(string json, string told)
    {
        using EncoderCases.Folder folder = new();
        using TextEncoder encoder = Encoder();
        File.WriteAllBytes(Path.Combine(folder.Path, "adapter_config.json"), Encoding.UTF8.GetBytes(json));

        StringAssert.Contains(Assert.ThrowsExactly<TorchException>(() => Adaptations.Load(folder.Path, encoder)).Message, told);
    }

    [TestMethod, DynamicData(nameof(Added))]
    public void Refuses_an_adapter_of_another_encoder(Adaptation adapted)
    {
        using EncoderCases.Folder folder = new();
        using TextEncoder encoder = Encoder(), other = TextEncoder.Create(EncoderCases.Tiny("Bert") with { HiddenSize = 24, EmbeddingSize = 24 }, seed: 3);
        using (IAdaptation adaptation = Adaptations.Create(adapted, options))
        {
            adaptation.Attach(encoder, seed: 1);
            Adaptations.Save(adaptation, encoder, folder.Path);
        }

        StringAssert.Contains(Assert.ThrowsExactly<TorchException>(() => Adaptations.Load(folder.Path, other)).Message, "another encoder");
    }

    [TestMethod]
    public void A_prompt_that_fills_the_encoder_is_refused()
    {
        using TextEncoder encoder = Encoder();
        using IAdaptation adaptation = Adaptations.Create(Adaptation.Prompt, options with { VirtualTokens = 39 });

        Assert.Throws<OptionsException>(() => adaptation.Attach(encoder, seed: 1));
    }

    [TestMethod]
    public void Survives_the_scope_that_it_was_made_in()
    {
        TextEncoder encoder;
        IAdaptation adaptation = Adaptations.Create(Adaptation.Prefix, options);
        using (NewDisposeScope())
        {
            encoder = Encoder();
            adaptation.Attach(encoder, seed: 1);
        }

        Assert.IsNotEmpty(Output(encoder));
        Train(encoder, adaptation);
        adaptation.Dispose();
        encoder.Dispose();
    }
}
