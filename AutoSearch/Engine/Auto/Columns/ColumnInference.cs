using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Finds out how ML.NET's text loader has to load a file, from a sample of its rows as our own reader sees them.</summary>
internal sealed class ColumnInference(string path, LoadingChoices choices)
{
    private const int SampleRows = 50_000;
    private const string GroupName = "Features";

    public ColumnInferenceResults Infer(ColumnInformation asked, bool hasHeader)
    {
        Table table = Read(hasHeader);
        if (table.Find(asked.LabelColumnName) is null) _ = TableProfile.Of(table, asked.LabelColumnName);
        return Results(table, asked, hasHeader);
    }

    public ColumnInferenceResults Infer(uint label, bool hasHeader)
    {
        Table table = Read(hasHeader);
        if (label >= table.Columns.Count) throw new TableException(null, found: $"{table.Columns.Count} columns", expected: $"a column with index {label}", source: path);
        return Results(table, new ColumnInformation { LabelColumnName = table.Columns[(int)label].Name }, hasHeader);
    }

    private Table Read(bool hasHeader) => Table.ReadCsv(path, new CsvOptions { HasHeader = hasHeader, Separator = choices.Separator, MaxRows = SampleRows });

    private ColumnInferenceResults Results(Table table, ColumnInformation asked, bool hasHeader)
    {
        (Roles roles, TableProfile profile) = ColumnRoles.Of(table, asked);
        ColumnInformation information = new()
        {
            LabelColumnName = asked.LabelColumnName,
            ExampleWeightColumnName = asked.ExampleWeightColumnName,
            SamplingKeyColumnName = asked.SamplingKeyColumnName,
            GroupIdColumnName = asked.GroupIdColumnName,
            UserIdColumnName = asked.UserIdColumnName,
            ItemIdColumnName = asked.ItemIdColumnName,
        };
        List<TextLoader.Column> columns = [];
        List<int> grouped = [];
        HashSet<string> plain = PlainNumbers(table, hasHeader);
        for (int i = 0; i < table.Columns.Count; i++)
        {
            Column column = table.Columns[i];
            ColumnRole role = roles.Of(column.Name);
            DataKind kind = KindOf(column, role, plain);
            bool isInGroup = choices.GroupColumns && kind == DataKind.Single && role == ColumnRole.Number && !asked.NumericColumnNames.Contains(column.Name);
            if (isInGroup)
            {
                grouped.Add(i);
                continue;
            }
            columns.Add(new TextLoader.Column(column.Name, kind, i));
            ListOf(information, role)?.Add(column.Name);
        }
        if (grouped.Count == 1)
        {
            columns.Add(new TextLoader.Column(table.Columns[grouped[0]].Name, DataKind.Single, grouped[0]));
            information.NumericColumnNames.Add(table.Columns[grouped[0]].Name);
        }
        else if (grouped.Count > 1)
        {
            string name = Free(GroupName, table);
            columns.Add(new TextLoader.Column(name, DataKind.Single, [.. Ranges(grouped)]));
            information.NumericColumnNames.Add(name);
        }
        return new ColumnInferenceResults(OptionsFor([.. columns], table, hasHeader), information, [.. table.Warnings, .. profile.Warnings.Select(w => w.Message)]);
    }

    /// <summary>How ML.NET's loader can read the cells. What it can't read as our reader does (dates, 45 %, $1,234) comes as text, and is understood when it is learned from.</summary>
    private static DataKind KindOf(Column column, ColumnRole role, HashSet<string> plain) => column switch
    {
        BooleanColumn => DataKind.Boolean,
        NumberColumn or IntegerColumn when role is ColumnRole.Category or ColumnRole.Id => DataKind.String,
        NumberColumn or IntegerColumn => plain.Contains(column.Name) ? DataKind.Single : DataKind.String,
        _ => DataKind.String,
    };

    /// <summary>The columns of numbers that ML.NET's loader reads as such: tried on the sample itself.</summary>
    private HashSet<string> PlainNumbers(Table table, bool hasHeader)
    {
        List<(Column Column, int Index)> numbers = [.. table.Columns.Select((c, i) => (c, i)).Where(c => c.c is NumberColumn or IntegerColumn)];
        if (numbers.Count == 0) return [];
        MLContext context = new();
        IDataView view = context.Data.CreateTextLoader(OptionsFor([.. numbers.Select(n => new TextLoader.Column(n.Column.Name, DataKind.Single, n.Index))], table, hasHeader)).Load(path);
        Table loaded = Table.From(context.Data.TakeRows(view, table.RowCount));
        static int Missing(Column column)
        {
            int missing = 0;
            for (int row = 0; row < column.Count; row++) if (column.IsMissing(row)) missing++;
            return missing;
        }
        return [.. numbers.Where(n => Missing(loaded[n.Column.Name]) <= Missing(n.Column)).Select(n => n.Column.Name)];
    }

    private TextLoader.Options OptionsFor(TextLoader.Column[] columns, Table table, bool hasHeader) => new()
    {
        Columns = columns,
        HasHeader = hasHeader,
        Separators = [table.Csv!.Separator],
        AllowQuoting = choices.AllowQuoting ?? true,
        AllowSparse = choices.AllowSparse ?? false,
        TrimWhitespace = choices.TrimWhitespace,
        ReadMultilines = choices.AllowQuoting ?? true,
        MissingRealsAsNaNs = true,
    };

    private static ICollection<string>? ListOf(ColumnInformation information, ColumnRole role) => role switch
    {
        ColumnRole.Number or ColumnRole.Date => information.NumericColumnNames,
        ColumnRole.Category => information.CategoricalColumnNames,
        ColumnRole.Text => information.TextColumnNames,
        ColumnRole.Id or ColumnRole.Ignore => information.IgnoredColumnNames,
        _ => null,
    };

    private static string Free(string name, Table table)
    {
        for (int i = 1; table.Find(name) is not null; i++) name = string.Create(CultureInfo.InvariantCulture, $"{GroupName}{i}");
        return name;
    }

    private static IEnumerable<TextLoader.Range> Ranges(List<int> indices)
    {
        for (int i = 0, from; i < indices.Count; i++)
        {
            from = i;
            while (i + 1 < indices.Count && indices[i + 1] == indices[i] + 1) i++;
            yield return new TextLoader.Range(indices[from], indices[i]);
        }
    }
}
