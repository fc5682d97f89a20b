using System.Linq.Expressions;
using System.Reflection;
using Microsoft.ML.Data;

namespace MLPipes.Pipelines;

/// <summary>Copies the public properties and fields of objects into a table; access is compiled once for each member.</summary>
internal static class ObjectReader
{
    public static Table Read<T>(IEnumerable<T> items)
    {
        int capacity = items.TryGetNonEnumeratedCount(out int count) ? count : 16;
        (CellList Cells, Action<T> Add)[] members = [.. Members(typeof(T)).Select(m => Reader<T>(m, capacity))];
        if (members.Length == 0) throw new TableException($"{typeof(T).Name} has no public properties or fields to make columns of.", null);
        int row = 0;
        foreach (T item in items)
        {
            row++;
            if (item is null) throw new TableException(null, row, "null", $"a {typeof(T).Name}");
            foreach ((_, Action<T> add) in members) add(item);
        }
        List<string> warnings = [];
        return new Table(members.Select(m => m.Cells.Finish(warnings)).ToArray(), warnings, typeof(T).Name);
    }

    private static IEnumerable<MemberInfo> Members(Type type) => type.GetMembers(BindingFlags.Public | BindingFlags.Instance)
        .Where(m => m is FieldInfo || (m is PropertyInfo { CanRead: true } p && p.GetMethod!.IsPublic && p.GetIndexParameters().Length == 0))
        .Where(m => !m.IsDefined(typeof(NoColumnAttribute)))
        .OrderBy(m => m.MetadataToken);

    private static (CellList, Action<T>) Reader<T>(MemberInfo member, int capacity)
    {
        // ML.NET's own attribute, so that its users' classes keep their column names.
        string name = member.CustomAttributes.FirstOrDefault(a => a.AttributeType == typeof(ColumnNameAttribute))?.ConstructorArguments[0].Value as string ?? member.Name;
        Type declared = member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType;
        Type type = Nullable.GetUnderlyingType(declared) ?? declared;
        ParameterExpression item = Expression.Parameter(typeof(T));
        Expression value = Expression.MakeMemberAccess(item, member);

        Action<T> Compile(CellList cells, Type stored, object? missing, Func<Expression, Expression> convert)
        {
            Expression cell = declared == type ? convert(value) : Expression.Condition(Expression.Property(value, "HasValue"),
                convert(Expression.Property(value, "Value")), Expression.Constant(missing, stored));
            return Expression.Lambda<Action<T>>(Expression.Call(Expression.Constant(cells), "Add", null, cell), item).Compile();
        }

        switch (Type.GetTypeCode(type))
        {
            case var _ when type.IsEnum || type == typeof(Guid) || type == typeof(char):
                StringCells words = new(name, capacity);
                return (words, Compile(words, typeof(string), null, v => Expression.Call(v, type.GetMethod("ToString", Type.EmptyTypes)!)));
            case TypeCode.Single or TypeCode.Double or TypeCode.Decimal or TypeCode.UInt64:
                DoubleCells doubles = new(name, capacity);
                return (doubles, Compile(doubles, typeof(double), double.NaN, v => Expression.Convert(v, typeof(double))));
            case TypeCode.SByte or TypeCode.Byte or TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Int64:
                LongCells longs = new(name, capacity);
                return (longs, Compile(longs, typeof(long), IntegerColumn.Missing, v => Expression.Convert(v, typeof(long))));
            case TypeCode.Boolean:
                BooleanCells booleans = new(name, capacity);
                return (booleans, Compile(booleans, typeof(byte), BooleanColumn.Missing,
                    v => Expression.Condition(v, Expression.Constant((byte)1), Expression.Constant((byte)0))));
            case TypeCode.DateTime:
                DateCells dates = new(name, capacity);
                return (dates, Compile(dates, typeof(long), DateColumn.Missing, v => Expression.Property(v, nameof(DateTime.Ticks))));
            case TypeCode.String:
                StringCells texts = new(name, capacity);
                return (texts, Compile(texts, typeof(string), null, v => v));
            case var _ when type == typeof(DateTimeOffset):
                DateCells moments = new(name, capacity);
                return (moments, Compile(moments, typeof(long), DateColumn.Missing, v => Expression.Property(v, nameof(DateTimeOffset.UtcTicks))));
            case var _ when type == typeof(DateOnly):
                DateCells days = new(name, capacity);
                return (days, Compile(days, typeof(long), DateColumn.Missing, v => Expression.Multiply(
                    Expression.Convert(Expression.Property(v, nameof(DateOnly.DayNumber)), typeof(long)), Expression.Constant(TimeSpan.TicksPerDay))));
            case var _ when type == typeof(float[]):
                VectorCells vectors = new(name, capacity: 0, width: null, slotNames: null);
                return (vectors, Compile(vectors, typeof(float[]), null, v => v));
            default:
                throw new TableException(name, found: $"the type {declared.Name}",
                    expected: "a number, bool, string, date, Guid, enum or float[]", hint: "Mark the property [NoColumn] to leave it out.", source: typeof(T).Name);
        }
    }
}
