using Microsoft.ML.Data;

namespace MLPipes.AutoSearch;

/// <summary>Roles from what a caller says about columns; the rest from the cells.</summary>
internal static class ColumnRoles
{
    public static (Roles Roles, TableProfile Profile) Of(Table table, ColumnInformation information)
    {
        if (information.ImagePathColumnNames.FirstOrDefault() is { } image)
            throw new TableException(image, found: "the purpose image path", expected: "numbers, categories, texts or dates", hint: "Images are not supported here yet.");
        Dictionary<string, ColumnRole> roles = new(StringComparer.Ordinal);
        void Set(IEnumerable<string?> names, ColumnRole role)
        {
            foreach (string? name in names) if (!string.IsNullOrEmpty(name)) roles[name] = role;
        }
        Set(information.NumericColumnNames, ColumnRole.Number);
        Set(information.CategoricalColumnNames, ColumnRole.Category);
        Set(information.TextColumnNames, ColumnRole.Text);
        Set(information.IgnoredColumnNames, ColumnRole.Ignore);
        Set([information.UserIdColumnName, information.ItemIdColumnName], ColumnRole.Id);
        Set([information.ExampleWeightColumnName], ColumnRole.Weight);
        Set([information.SamplingKeyColumnName ?? information.GroupIdColumnName], ColumnRole.Group);
        Set([information.LabelColumnName], ColumnRole.Label);
        TableProfile profile = TableProfile.Of(table, new RoleOptions { Roles = roles });
        return (profile.Roles, profile);
    }

    /// <summary>Whether a table has a column kind for it.</summary>
    public static bool CanRead(DataViewType type) => type switch
    {
        VectorDataViewType vector => vector.IsKnownSize && vector.ItemType == NumberDataViewType.Single,
        KeyDataViewType or TextDataViewType or BooleanDataViewType or DateTimeDataViewType => true,
        _ => type is NumberDataViewType,
    };
}
