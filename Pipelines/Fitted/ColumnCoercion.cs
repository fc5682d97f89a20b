namespace MLPipes.Pipelines;

/// <summary>Brings a column into the storage that a pipeline was fitted on, where that loses nothing; notes what it could not read.</summary>
internal static class ColumnCoercion
{
    /// <summary>The column as <paramref name="wanted"/>: cells that can't be read become missing, counted in <paramref name="warnings"/>.</summary>
    /// <exception cref="TableException">The storage can't hold such values at all (vectors against single values).</exception>
    public static Column To(Column source, InputColumn wanted, ICollection<string> warnings, string? table = null)
    {
        if (source.Kind == ColumnKind.Vector || wanted.Kind == ColumnKind.Vector) return OfVector(source, wanted, warnings, table);
        if (source.Kind == wanted.Kind) return NoteUnseen(source, wanted, warnings);
        return wanted.Kind switch
        {
            ColumnKind.Number => ToNumber(source, warnings),
            ColumnKind.Integer => ToInteger(source, warnings),
            ColumnKind.Boolean => ToBoolean(source, warnings),
            ColumnKind.Date => ToDate(source, warnings),
            _ => NoteUnseen(ToText(source, wanted), wanted, warnings),
        };
    }

    private static Column OfVector(Column source, InputColumn wanted, ICollection<string> warnings, string? table)
    {
        int width = source is VectorColumn v ? v.Width : 1;
        if (width != wanted.Width || (wanted.Kind == ColumnKind.Vector && source.Kind is not (ColumnKind.Vector or ColumnKind.Number)))
            throw new TableException(source.Name, found: Describe(source.Kind, width), expected: Describe(wanted.Kind, wanted.Width), source: table);
        return (source, wanted.Kind) switch
        {
            (VectorColumn, ColumnKind.Vector) => source,
            (NumberColumn number, _) => new VectorColumn(source.Name, number.Values.ToArray(), 1),
            _ => To(new NumberColumn(source.Name, ((VectorColumn)source).Values.ToArray()), wanted, warnings, table),
        };
    }

    public static string Describe(ColumnKind kind, int width) => kind switch
    {
        ColumnKind.Vector => $"vectors of {width} numbers",
        ColumnKind.Number => "numbers",
        ColumnKind.Integer => "whole numbers",
        ColumnKind.Boolean => "true or false",
        ColumnKind.Date => "dates",
        ColumnKind.Category => "categories",
        _ => "text",
    };

    private static NumberColumn ToNumber(Column source, ICollection<string> warnings)
    {
        float[] values = new float[source.Count];
        Unreadable unreadable = new(source, "a number");
        float[]? perCode = (source as CategoryColumn)?.Categories.Select(c => CellValue.TryNumber(c, out float x) ? x : float.NaN).ToArray();
        for (int row = 0; row < values.Length; row++)
        {
            float value = float.NaN;
            bool read = source switch
            {
                _ when source.IsMissing(row) => true,
                IntegerColumn integer => Assign(out value, integer.Values[row]),
                BooleanColumn boolean => Assign(out value, boolean.Values[row]),
                CategoryColumn category => Assign(out value, perCode![category.Codes[row]]) && !float.IsNaN(value),
                TextColumn text => CellValue.TryNumber(text.Cells[row].Span, out value),
                _ => false,
            };
            values[row] = read ? value : float.NaN;
            if (!read) unreadable.Add(row);
        }
        unreadable.Report(warnings);
        return new NumberColumn(source.Name, values);
    }

    private static bool Assign(out float value, float from)
    {
        value = from;
        return true;
    }

    private static IntegerColumn ToInteger(Column source, ICollection<string> warnings)
    {
        long[] values = new long[source.Count];
        Unreadable unreadable = new(source, "a whole number");
        for (int row = 0; row < values.Length; row++)
        {
            long value = IntegerColumn.Missing;
            bool read = source switch
            {
                _ when source.IsMissing(row) => true,
                NumberColumn number => CellValue.TryWhole(number.Values[row], out value),
                BooleanColumn boolean => (value = boolean.Values[row]) >= 0,
                CategoryColumn category => CellValue.TryInteger(category.Categories[category.Codes[row]], out value),
                TextColumn text => CellValue.TryInteger(text.Cells[row].Span, out value),
                _ => false,
            };
            values[row] = read ? value : IntegerColumn.Missing;
            if (!read) unreadable.Add(row);
        }
        unreadable.Report(warnings);
        return new IntegerColumn(source.Name, values);
    }

    private static BooleanColumn ToBoolean(Column source, ICollection<string> warnings)
    {
        byte[] values = new byte[source.Count];
        Unreadable unreadable = new(source, "true or false");
        for (int row = 0; row < values.Length; row++)
        {
            bool value = false;
            bool missing = source.IsMissing(row);
            bool read = missing || source switch
            {
                NumberColumn number => (value = number.Values[row] == 1) || number.Values[row] == 0,
                IntegerColumn integer => (value = integer.Values[row] == 1) || integer.Values[row] == 0,
                CategoryColumn category => CellValue.TryBoolean(category.Categories[category.Codes[row]], out value),
                TextColumn text => CellValue.TryBoolean(text.Cells[row].Span, out value),
                _ => false,
            };
            values[row] = missing || !read ? BooleanColumn.Missing : value ? (byte)1 : (byte)0;
            if (!read) unreadable.Add(row);
        }
        unreadable.Report(warnings);
        return new BooleanColumn(source.Name, values);
    }

    private static DateColumn ToDate(Column source, ICollection<string> warnings)
    {
        long[] ticks = new long[source.Count];
        Unreadable unreadable = new(source, "a date");
        for (int row = 0; row < ticks.Length; row++)
        {
            DateTime value = default;
            bool missing = source.IsMissing(row);
            bool read = missing || source switch
            {
                CategoryColumn category => CellValue.TryDate(category.Categories[category.Codes[row]], out value),
                TextColumn text => CellValue.TryDate(text.Cells[row].Span, out value),
                _ => false,
            };
            ticks[row] = missing || !read ? DateColumn.Missing : value.Ticks;
            if (!read) unreadable.Add(row);
        }
        unreadable.Report(warnings);
        return new DateColumn(source.Name, ticks);
    }

    // Categories and texts are both read as text by transforms, so text needs no codes; numbers find the text they once were.
    private static Column ToText(Column source, InputColumn wanted)
    {
        if (source is TextColumn) return source;
        ReadOnlyMemory<char>[] cells = new ReadOnlyMemory<char>[source.Count];
        KnownCategories? known = wanted.Categories is { } categories ? new KnownCategories(categories) : null;
        for (int row = 0; row < cells.Length; row++)
        {
            if (source.IsMissing(row)) continue;
            string? text = source switch
            {
                CategoryColumn category => category.Categories[category.Codes[row]],
                NumberColumn number when known is not null => known.OfNumber(number.Values[row]),
                BooleanColumn boolean when known is not null => known.OfBoolean(boolean.Values[row] == 1),
                _ => source.TextAt(row),
            };
            cells[row] = text.AsMemory();
        }
        return new TextColumn(source.Name, cells);
    }

    private static Column NoteUnseen(Column column, InputColumn wanted, ICollection<string> warnings)
    {
        if (wanted.Kind != ColumnKind.Category || wanted.Role == ColumnRole.Label || wanted.Categories is not { } categories) return column;
        KnownCategories known = new(categories);
        HashSet<string> values = new(StringComparer.Ordinal);
        int rows = 0;
        if (column is CategoryColumn category)
        {
            bool[] unseen = [.. category.Categories.Select(c => !known.Contains(c))];
            foreach (int code in category.Codes)
            {
                if (code < 0 || !unseen[code]) continue;
                rows++;
                values.Add(category.Categories[code]);
            }
        }
        else if (column is TextColumn text)
        {
            foreach (ReadOnlyMemory<char> cell in text.Cells)
            {
                if (cell.IsEmpty || known.Contains(cell.Span)) continue;
                rows++;
                values.Add(cell.ToString());
            }
        }
        if (rows > 0)
            warnings.Add($"Column '{column.Name}': {rows} of {column.Count} rows hold values that training did not see ({Examples(values)}).");
        return column;
    }

    private static string Examples(IEnumerable<string> values)
    {
        string[] shown = [.. values.Order(StringComparer.Ordinal).Take(4)];
        return string.Join(", ", shown.Take(3).Select(v => $"'{(v.Length > 40 ? string.Concat(v.AsSpan(0, 40), "…") : v)}'")) + (shown.Length > 3 ? ", …" : "");
    }

    private struct Unreadable(Column source, string expected)
    {
        private int count;
        private int first;

        public void Add(int row)
        {
            if (count++ == 0) first = row;
        }

        public readonly void Report(ICollection<string> warnings)
        {
            if (count == 0) return;
            warnings.Add($"Column '{source.Name}': {count} of {source.Count} cells are not {expected} and count as missing"
                + $" (the first is '{source.TextAt(first)}' in row {first + 1}).");
        }
    }
}
