using System.Data.Common;
using System.Globalization;

namespace MLPipes.Pipelines;

/// <summary>Reads the rows that are left of a database reader's current result.</summary>
internal static class DatabaseReader
{
    public static Table Read(DbDataReader reader, string name)
    {
        List<string> warnings = [];
        string[] names = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
        if (names.Length == 0) throw new TableException($"{name}: the query gives no columns.", null);
        ColumnNames.MakeUnique(names, warnings);
        LooseCells[] cells = [.. names.Select(n => new LooseCells(n))];
        try
        {
            while (reader.Read())
                for (int i = 0; i < cells.Length; i++) Add(reader, i, cells[i]);
        }
        catch (DbException error)
        {
            throw new TableException($"{name}: the database failed at row {cells[0].Count + 1}: {error.Message}", error);
        }
        return new Table(cells.Select(c => c.Finish(warnings)).ToArray(), warnings, name);
    }

    private static void Add(DbDataReader reader, int i, LooseCells cells)
    {
        if (reader.IsDBNull(i))
        {
            cells.AddMissing();
            return;
        }
        // Asked for each row: in SQLite each cell has a type of its own.
        Type type = reader.GetFieldType(i);
        switch (Type.GetTypeCode(type))
        {
            case TypeCode.Int64: cells.Add(reader.GetInt64(i)); break;
            case TypeCode.Int32: cells.Add((long)reader.GetInt32(i)); break;
            case TypeCode.Int16: cells.Add((long)reader.GetInt16(i)); break;
            case TypeCode.Byte: cells.Add((long)reader.GetByte(i)); break;
            case TypeCode.Boolean: cells.Add(reader.GetBoolean(i)); break;
            case TypeCode.Double: cells.Add(reader.GetDouble(i)); break;
            case TypeCode.Single: cells.Add((double)reader.GetFloat(i)); break;
            case TypeCode.Decimal: cells.Add((double)reader.GetDecimal(i)); break;
            case TypeCode.String: cells.Add(reader.GetString(i)); break;
            case TypeCode.DateTime: cells.Add(reader.GetDateTime(i)); break;
            case var _ when type == typeof(DateTimeOffset): cells.Add(reader.GetFieldValue<DateTimeOffset>(i).UtcDateTime); break;
            case var _ when type == typeof(DateOnly): cells.Add(reader.GetFieldValue<DateOnly>(i).ToDateTime(default)); break;
            case var _ when type == typeof(byte[]):
                throw new TableException(cells.Name, cells.Count + 1L, "binary data", "a number, text, truth value or date", "Leave the column out of the query.");
            default: cells.Add(Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture) ?? ""); break;
        }
    }
}
