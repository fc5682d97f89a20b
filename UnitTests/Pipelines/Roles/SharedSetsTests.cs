using System.Text.Json;

namespace MLPipes.Tests.RoleTests;

[TestClass, NeedsShared]
public sealed class SharedSetsTests
{
    public static IEnumerable<string> Sets => !Directory.Exists(SharedFolder.Path) ? [""] :
        from folder in Directory.EnumerateDirectories(Path.Combine(SharedFolder.Path, "data")).Order(StringComparer.Ordinal)
        where File.Exists(Path.Combine(folder, "train.csv.gz")) && Meta(folder).GetProperty("task").GetString() is "binary" or "multiclass" or "regression"
        select Path.GetFileName(folder);

    [TestMethod, DynamicData(nameof(Sets))]
    public void Task_is_inferred_as_the_set_says(string set)
    {
        JsonElement meta = Meta(Path.Combine(SharedFolder.Path, "data", set));
        TableProfile profile = ProfileOf(set);

        Assert.AreEqual(meta.GetProperty("task").GetString(), profile.TrainingTask().ToString().ToLowerInvariant());
    }

    [TestMethod]
    [DataRow("titanic", "PassengerId", ColumnRole.Id)]
    [DataRow("titanic", "Name", ColumnRole.Text)]
    [DataRow("titanic", "Ticket", ColumnRole.Category)]
    [DataRow("titanic", "Cabin", ColumnRole.Category)]
    [DataRow("titanic", "Pclass", ColumnRole.Number)]
    [DataRow("telco_churn", "customerID", ColumnRole.Id)]
    [DataRow("telco_churn", "TotalCharges", ColumnRole.Number)]
    [DataRow("telco_churn", "PaymentMethod", ColumnRole.Category)]
    [DataRow("splice", "Instance_name", ColumnRole.Id)]
    [DataRow("covertype_15k", "Id", ColumnRole.Id)]
    [DataRow("covertype_15k", "Soil_Type7", ColumnRole.Ignore)]
    [DataRow("bike_sharing_hour", "instant", ColumnRole.Id)]
    [DataRow("bike_sharing_hour", "dteday", ColumnRole.Date)]
    [DataRow("bike_sharing_hour", "casual", ColumnRole.Ignore)]
    [DataRow("bike_sharing_hour", "registered", ColumnRole.Ignore)]
    [DataRow("hotel_rates", "arrival_date", ColumnRole.Date)]
    [DataRow("hotel_rates", "agent", ColumnRole.Category)]
    [DataRow("auto_mpg", "name", ColumnRole.Text)]
    [DataRow("adult", "fnlwgt", ColumnRole.Number)]
    [DataRow("ag_news", "text", ColumnRole.Text)]
    [DataRow("chnsenticorp_hotel", "text", ColumnRole.Text)]
    public void Roles_are_what_a_person_would_say(string set, string column, ColumnRole role) => Assert.AreEqual(role, ProfileOf(set).Roles.Of(column));

    [TestMethod, DynamicData(nameof(Sets))]
    public void Only_the_known_leak_is_warned_of(string set)
    {
        string[][] leaks = [.. ProfileOf(set).Warnings.Where(w => w.Kind == ProfileWarningKind.Leak).Select(w => w.Columns.ToArray())];

        if (set == "bike_sharing_hour") CollectionAssert.AreEqual(new[] { "casual", "registered" }, leaks.Single());
        else Assert.IsEmpty(leaks);
    }

    private static readonly Dictionary<string, TableProfile> profiles = [];

    private static TableProfile ProfileOf(string set) => profiles.TryGetValue(set, out TableProfile? profile) ? profile : profiles[set] =
        TableProfile.Of(Table.ReadCsv(SharedFolder.Data(set, "train.csv.gz")), Meta(Path.Combine(SharedFolder.Path, "data", set)).GetProperty("label").GetString());

    private static JsonElement Meta(string folder) => JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "meta.json"))).RootElement;
}
