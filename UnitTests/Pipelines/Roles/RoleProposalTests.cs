using MLPipes.Pipelines;

namespace MLPipes.Tests.RoleTests;

[TestClass]
public sealed class RoleProposalTests
{
    private const int Rows = 200;

    private static Column Numbers(string name, Func<int, float> value, int rows = Rows) => new NumberColumn(name, [.. Enumerable.Range(0, rows).Select(value)]);

    private static Column Strings(string name, Func<int, string?> value, int rows = Rows)
    {
        string?[] cells = [.. Enumerable.Range(0, rows).Select(value)];
        string[] categories = [.. cells.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        return new CategoryColumn(name, [.. cells.Select(c => c is null ? -1 : Array.BinarySearch(categories, c, StringComparer.Ordinal))], categories);
    }

    private static Column Texts(string name, Func<int, string> value, int rows = Rows) => new TextColumn(name, [.. Enumerable.Range(0, rows).Select(i => value(i).AsMemory())]);

    private static ColumnRole RoleOf(Column column) => TableProfile.Of(new Table([column]))[column.Name].Role;

    [TestMethod]
    public void Guids_are_ids() => Assert.AreEqual(ColumnRole.Id, RoleOf(Strings("key", i => new Guid(i, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11).ToString())));

    [TestMethod]
    public void Near_unique_codes_are_ids() => Assert.AreEqual(ColumnRole.Id, RoleOf(Strings("customerID", i => $"{i:0000}-XQ{i * 7 % 999}")));

    [TestMethod]
    public void Near_unique_codes_stored_as_text_are_ids() => Assert.AreEqual(ColumnRole.Id, RoleOf(Texts("customerID", i => $"{i:0000}-XQ{i * 7 % 999}")));

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(5000)]
    public void Row_numbers_are_ids(int start) => Assert.AreEqual(ColumnRole.Id, RoleOf(Numbers("n", i => start + i)));

    [TestMethod]
    public void Row_numbers_of_a_part_of_the_rows_are_ids() => Assert.AreEqual(ColumnRole.Id, RoleOf(Numbers("PassengerId", i => (i * 5 / 4) + 1)));

    [TestMethod]
    public void Long_whole_numbers_named_like_an_id_are_ids() =>
        Assert.AreEqual(ColumnRole.Id, RoleOf(new IntegerColumn("account_id", [.. Enumerable.Range(0, Rows).Select(i => 1_000_000_000_000L + ((long)i * 7_919_113))])));

    [TestMethod]
    public void Different_whole_numbers_that_are_spread_stay_numbers() => Assert.AreEqual(ColumnRole.Number, RoleOf(Numbers("income", i => 20_000 + (i * 997 % 99_991))));

    [TestMethod]
    public void Different_decimals_stay_numbers() => Assert.AreEqual(ColumnRole.Number, RoleOf(Numbers("id", i => i * 0.37f)));

    [TestMethod]
    public void Years_of_a_short_series_stay_numbers() => Assert.AreEqual(ColumnRole.Number, RoleOf(Numbers("year", i => 1970 + i, rows: 50)));

    [TestMethod]
    public void A_handful_of_row_numbers_stays_a_number() => Assert.AreEqual(ColumnRole.Number, RoleOf(Numbers("id", i => i, rows: 8)));

    [TestMethod]
    public void Few_whole_numbers_stay_numbers() => Assert.AreEqual(ColumnRole.Number, RoleOf(Numbers("rooms", i => i % 5)));

    [TestMethod]
    [DataRow("zip")]
    [DataRow("ZipCode")]
    [DataRow("post_code")]
    [DataRow("home postcode")]
    public void Numbers_named_like_postcodes_are_categories(string name) => Assert.AreEqual(ColumnRole.Category, RoleOf(Numbers(name, i => 10115 + (i % 40 * 13))));

    [TestMethod]
    public void Codes_with_leading_zeros_are_categories() => Assert.AreEqual(ColumnRole.Category, RoleOf(Strings("branch", i => (i % 60).ToString("00000"))));

    [TestMethod]
    public void Many_repeated_codes_are_categories() => Assert.AreEqual(ColumnRole.Category, RoleOf(Strings("Ticket", i => $"PC {i * 3 / 4}")));

    [TestMethod]
    public void Names_of_people_are_text() => Assert.AreEqual(ColumnRole.Text, RoleOf(Strings("Name", i => $"Cumings, Mrs. John Bradley {i}")));

    [TestMethod]
    public void Few_phrases_are_categories() => Assert.AreEqual(ColumnRole.Category, RoleOf(Strings("payment", i => i % 2 == 0 ? "Electronic check by mail" : "Bank transfer (automatic)")));

    [TestMethod]
    public void Sentences_are_text() => Assert.AreEqual(ColumnRole.Text, RoleOf(Texts("review", i => $"a stirring and finally transporting re imagining {i % 50} of beauty")));

    [TestMethod]
    public void Short_questions_are_text() => Assert.AreEqual(ColumnRole.Text, RoleOf(Strings("text", i => $"{(char)('a' + (i % 26))} card {i}?")));

    [TestMethod]
    public void Chinese_sentences_are_text()
    {
        Assert.AreEqual(ColumnRole.Text, RoleOf(Strings("评论", i => $"早餐太差{(char)(0x4E00 + i)}无论去多少人，那边也不加食品的")));
        Assert.AreEqual(ColumnRole.Text, RoleOf(Strings("问题", i => $"房间{(char)(0x4E00 + i)}干净吗很大的")));
    }

    [TestMethod]
    public void Chinese_names_stay_ids_and_cities_categories()
    {
        Assert.AreEqual(ColumnRole.Id, RoleOf(Strings("姓名", i => $"王{(char)(0x4E00 + i)}明")));
        Assert.AreEqual(ColumnRole.Category, RoleOf(Strings("城市", i => i % 2 == 0 ? "北京市" : "上海市")));
    }

    [TestMethod]
    public void Dates_are_dates() => Assert.AreEqual(ColumnRole.Date, RoleOf(new DateColumn("when", [.. Enumerable.Range(0, Rows).Select(i => new DateTime(2020, 1, 1).AddHours(i).Ticks)])));

    [TestMethod]
    public void Truth_values_are_numbers() => Assert.AreEqual(ColumnRole.Number, RoleOf(new BooleanColumn("flag", [.. Enumerable.Range(0, Rows).Select(i => (byte)(i % 2))])));

    [TestMethod]
    public void Empty_and_constant_columns_are_ignored_with_a_warning()
    {
        TableProfile profile = TableProfile.Of(new Table([Numbers("none", _ => float.NaN), Numbers("one", _ => 7), Strings("word", _ => "same"), Strings("blank", _ => null)]));

        Assert.IsTrue(profile.Columns.All(c => c.Role == ColumnRole.Ignore));
        CollectionAssert.AreEqual(new[] { ProfileWarningKind.Empty, ProfileWarningKind.Constant, ProfileWarningKind.Constant, ProfileWarningKind.Empty },
            profile.Warnings.Where(w => w.Columns.Count == 1).Select(w => w.Kind).ToArray());
        StringAssert.Contains(profile.Warnings[1].Message, "'one' is '7' in every row");
    }

    [TestMethod]
    public void A_constant_with_gaps_is_kept() => Assert.AreEqual(ColumnRole.Number, RoleOf(Numbers("gift", i => i % 3 == 0 ? float.NaN : 1)));

    [TestMethod]
    public void The_later_of_two_equal_columns_is_ignored_with_a_warning()
    {
        TableProfile profile = TableProfile.Of(new Table([Numbers("a", i => i % 9 * 0.5f), Numbers("b", i => i % 9 * 0.5f), Numbers("c", i => i % 8 * 0.5f)]));

        Assert.AreEqual(ColumnRole.Number, profile.Roles.Of("a"));
        Assert.AreEqual(ColumnRole.Ignore, profile.Roles.Of("b"));
        Assert.AreEqual("'b' is the same as 'a' in every row; it is not learned from.", profile.Warnings.Single(w => w.Kind == ProfileWarningKind.Duplicate).Message);
    }

    [TestMethod]
    public void Nearly_empty_columns_are_named()
    {
        TableProfile profile = TableProfile.Of(new Table([Numbers("rare", i => i < 3 ? i * 0.3f : float.NaN), Numbers("x", i => i * 0.1f)]));

        StringAssert.Contains(profile.Warnings.Single(w => w.Kind == ProfileWarningKind.Empty).Message, "98.5 %");
    }

    [TestMethod]
    public void Dates_left_in_strings_are_named()
    {
        TableProfile profile = TableProfile.Of(new Table([Strings("day", i => $"{(i % 28) + 1:00}/{(i % 12) + 1:00}/2024")]));

        Assert.AreEqual(ProfileWarningKind.DateInText, profile.Warnings[0].Kind);
    }

    [TestMethod]
    public void Equal_rows_are_counted()
    {
        TableProfile profile = TableProfile.Of(new Table([Numbers("a", i => i % 50), Strings("b", i => $"v{i % 50}")]));

        Assert.AreEqual(150, profile.DuplicateRows);
        StringAssert.Contains(profile.Warnings.Single(w => w.Kind == ProfileWarningKind.DuplicateRows).Message, "150 of 200 rows (75 %)");
    }

    [TestMethod]
    public void What_the_user_says_wins()
    {
        Table table = new([Numbers("id", i => i), Numbers("w", i => i % 3), Numbers("g", i => i % 7), Numbers("y", i => i % 2), Numbers("x", i => i % 11 * 0.5f)]);

        Roles roles = TableProfile.Of(table, new RoleOptions
        {
            Label = "y", Weight = "w", Group = "g", Ignore = ["x"],
            Roles = new Dictionary<string, ColumnRole> { ["id"] = ColumnRole.Number },
        }).Roles;

        CollectionAssert.AreEqual(new[] { ColumnRole.Number, ColumnRole.Weight, ColumnRole.Group, ColumnRole.Label, ColumnRole.Ignore }, roles.ByColumn.Values.ToArray());
    }

    [TestMethod]
    public void Unknown_columns_are_refused_with_the_nearest_name()
    {
        Table table = new([Numbers("median_income", i => i), Numbers("y", i => i % 2)]);

        TableException error = Assert.ThrowsExactly<TableException>(() => TableProfile.Of(table, new RoleOptions { Label = "y", Ignore = ["median_incme"] }));

        StringAssert.Contains(error.Message, "Did you mean 'median_income'?");
    }

    [TestMethod]
    public void Contradicting_roles_are_refused()
    {
        Table table = new([Numbers("a", i => i), Numbers("y", i => i % 2)]);

        Assert.ThrowsExactly<OptionsException>(() => TableProfile.Of(table, new RoleOptions { Label = "y", Ignore = ["y"] }));
        Assert.ThrowsExactly<OptionsException>(() => TableProfile.Of(table, new RoleOptions { Label = "y", Roles = new Dictionary<string, ColumnRole> { ["a"] = ColumnRole.Label } }));
    }

    [TestMethod]
    public void The_profile_does_not_depend_on_threads()
    {
        Table table = new([Numbers("id", i => i), Strings("c", i => $"v{i % 7}"), Numbers("y", i => i % 2), Numbers("x", i => i % 2)]);

        TableProfile one = TableProfile.Of(table, new RoleOptions { Label = "y", Threads = 1 }), many = TableProfile.Of(table, new RoleOptions { Label = "y", Threads = 8 });

        CollectionAssert.AreEqual(one.Warnings.Select(w => w.Message).ToArray(), many.Warnings.Select(w => w.Message).ToArray());
        CollectionAssert.AreEqual(one.Columns.Select(c => c.Role).ToArray(), many.Columns.Select(c => c.Role).ToArray());
    }

    [TestMethod]
    public void An_empty_table_has_an_empty_profile()
    {
        TableProfile profile = TableProfile.Of(new Table([new NumberColumn("a", []), new CategoryColumn("b", [], []), new TextColumn("c", []), new DateColumn("d", [])]));

        Assert.AreEqual(0, profile.Rows);
        Assert.IsTrue(profile.Columns.All(c => c.Role == ColumnRole.Ignore));
        Assert.IsEmpty(TableProfile.Of(new Table([])).Columns);
    }
}
