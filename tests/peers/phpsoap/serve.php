<?php // A SOAP service of PHP's SoapServer, over the WSDL beside it and items of ours.

function items(): array
{
    $made = [];
    foreach (['Bolt', 'Nut', 'Washer', 'Shaft', 'Housing'] as $n => $title) {
        $made[] = [
            'id' => $n + 1, 'number' => 'P-' . (1001 + $n), 'title' => $title, 'state' => $n % 2 ? 'in work' : 'released',
            'mass' => ($n + 1) / 4, 'modified' => sprintf('2024-%02d-03T08:30:00Z', $n + 1),
        ];
    }
    return $made;
}

class Items
{
    function listItems($limit = null)
    {
        return ['item' => array_slice(items(), 0, $limit)];
    }

    function getItem($id)
    {
        foreach (items() as $item) {
            if ($item['id'] === $id) {
                return $item;
            }
        }
        throw new SoapFault('Client', "there is no item $id");
    }

    function deleteItem($id)
    {
        return count(items()) - 1;
    }
}

$server = new SoapServer(getenv('WSDL'), ['cache_wsdl' => WSDL_CACHE_NONE]);
$server->setClass('Items');
$server->handle();
