namespace MLPipes.Pipelines.Tests;

[TestClass]
public sealed class TokenLayoutTests
{
    private static readonly FeatureInfo[] features =
    [
        Token("title", 0), Token("title", 1),
        Token("body", 0), Token("body", 1), Token("body", 2),
        Token("body", 0, stream: 1), Token("body", 1, stream: 1),
        new("price", "price"), new("stars", "stars"),
    ];

    [TestMethod]
    public void Columns_and_streams_are_segments_and_the_rest_is_quantities()
    {
        TokenLayout layout = TokenLayout.Of(features);

        CollectionAssert.AreEqual(new TokenSegment[] { new("title", 0, 2, 0), new("body", 2, 3, 0), new("body", 5, 2, 1) }, layout.Segments.ToArray());
        CollectionAssert.AreEqual(new[] { 7, 8 }, layout.Rest.ToArray());
    }

    [TestMethod]
    public void Dense_and_sparse_rows_are_read_alike()
    {
        TokenLayout layout = TokenLayout.Of(features);
        TokenRow dense = new(layout), sparse = new(layout);

        layout.Read(new FeatureRow([0, 0, 5, 1, 0, 9, 0, -0.5f, 2]), dense);
        layout.Read(new FeatureRow([2, 3, 5, 7, 8], [5, 1, 9, -0.5f, 2], 9), sparse);

        foreach (TokenRow buffer in (TokenRow[])[dense, sparse])
        {
            Assert.AreEqual(0, buffer.Ids(0).Length);
            CollectionAssert.AreEqual(new[] { 4, 0 }, buffer.Ids(1).ToArray());
            CollectionAssert.AreEqual(new[] { 8 }, buffer.Ids(2).ToArray());
            CollectionAssert.AreEqual(new[] { -0.5f, 2 }, buffer.Rest.ToArray());
        }
    }

    [TestMethod]
    public void A_buffer_forgets_the_row_before()
    {
        TokenLayout layout = TokenLayout.Of(features);
        TokenRow buffer = new(layout);
        layout.Read(new FeatureRow([1, 2, 3, 4, 5, 6, 7, 8, 9]), buffer);

        layout.Read(new FeatureRow([], [], 9), buffer);

        Assert.AreEqual(0, buffer.Ids(0).Length + buffer.Ids(1).Length + buffer.Ids(2).Length);
        CollectionAssert.AreEqual(new[] { 0f, 0f }, buffer.Rest.ToArray());
    }

    [TestMethod]
    public void What_is_no_id_is_no_token()
    {
        TokenLayout layout = TokenLayout.Of(features);
        TokenRow buffer = new(layout);

        layout.Read(new FeatureRow([float.NaN, -3, float.PositiveInfinity, 0.5f, TokenLayout.MaxId + 1, 0, 0, float.NaN, 0]), buffer);

        Assert.AreEqual(0, buffer.Ids(0).Length);
        CollectionAssert.AreEqual(new[] { TokenLayout.MaxId }, buffer.Ids(1).ToArray());
    }

    [TestMethod]
    public void Layouts_and_features_come_back_from_a_file()
    {
        using MemoryStream stream = new();
        PlainWriter writer = new(stream);
        TokenLayout.Of(features).Write(writer);
        writer.Features(features);
        PlainReader reader = new(stream.ToArray(), "test");

        TokenLayout layout = TokenLayout.Read(reader);

        CollectionAssert.AreEqual(TokenLayout.Of(features).Segments.ToArray(), layout.Segments.ToArray());
        CollectionAssert.AreEqual(TokenLayout.Of(features).Rest.ToArray(), layout.Rest.ToArray());
        CollectionAssert.AreEqual(features, reader.Features());
        Assert.IsTrue(reader.IsAtEnd);
    }

    [TestMethod]
    public void A_layout_whose_segments_overlap_is_refused()
    {
        using MemoryStream stream = new();
        PlainWriter writer = new(stream);
        writer.Int(4);
        writer.Int(2);
        foreach (int start in (int[])[0, 1])
        {
            writer.String("text");
            writer.Int(start);
            writer.Int(2);
            writer.Int(0);
        }

        Assert.ThrowsExactly<BundleException>(() => TokenLayout.Read(new PlainReader(stream.ToArray(), "test")));
    }

    [TestMethod]
    public void Tokens_are_counted_in_dense_and_sparse_matrices()
    {
        float[] rows = [0, 0, 5, 1, 0, 9, 0, 3, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9];

        long dense = TokenLayout.CountTokens(FeatureMatrix.Dense(rows, features));
        long sparse = TokenLayout.CountTokens(FeatureMatrix.Sparse([5, 1, 9, 3], [2, 3, 5, 7], [0, 3, 4], features));

        Assert.AreEqual(10, dense);
        Assert.AreEqual(3, sparse);
        Assert.AreEqual(0, TokenLayout.CountTokens(FeatureMatrix.Dense([1, 2], 2)));
    }

    private static FeatureInfo Token(string column, int position, int stream = 0) => new($"{column}@{stream}.{position}", column) { IsTokenId = true, TokenStream = stream };
}
